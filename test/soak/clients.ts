import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import { Agent, request } from 'undici'
import { FrameReader } from '../../src/wire/frames.ts'
import { requestFor, requestId } from '../support/native.ts'

/** Asks for a name. Settles with the answer's text, or null when none came in time. */
export interface Client {
  ask(name: string): Promise<string | null>
  /** Closes a connection and opens another, as clients do that come and go. */
  renew(): void
  close(): Promise<void>
}

const PATIENCE_MS = 5_000
const SOCKET_COUNT = 8

/** Over UDP: what is not answered in time is lost, as datagrams may be. */
export function createUdpClient(port: number): Client {
  const waiting = new Map<number, (text: string | null) => void>()
  let nextId = 1
  const open = (): UdpSocket => {
    const socket = createSocket('udp4')
    socket.on('message', (answer) => waiting.get(requestId(answer))?.(answer.toString('latin1')))
    socket.on('error', () => undefined)
    return socket
  }
  const sockets = Array.from({ length: SOCKET_COUNT }, open)
  return {
    ask: (name) => new Promise((resolve) => {
      const id = nextId++
      const done = (text: string | null): void => {
        clearTimeout(timer)
        waiting.delete(id)
        resolve(text)
      }
      const timer = setTimeout(done, PATIENCE_MS, null)
      waiting.set(id, done)
      sockets[id % SOCKET_COUNT]?.send(requestFor(name, { requestId: id }), port, '127.0.0.1')
    }),
    renew: () => {
      const old = sockets.shift()
      // Answers on their way to it are waited for.
      setTimeout(() => old?.close(), PATIENCE_MS)
      sockets.push(open())
    },
    close: async () => {
      for (const socket of sockets) socket.close()
    },
  }
}

/** Over TCP: answers come in the order of the questions; a connection that breaks loses them. */
export function createTcpClient(port: number): Client {
  const open = (): Lane => new Lane(connect({ port, host: '127.0.0.1', noDelay: true }))
  const lanes = Array.from({ length: SOCKET_COUNT }, open)
  let next = 0
  return {
    ask: (name) => lanes[next++ % SOCKET_COUNT]?.ask(name) ?? Promise.resolve(null),
    renew: () => {
      lanes.shift()?.end()
      lanes.push(open())
    },
    close: async () => {
      for (const lane of lanes) lane.end()
    },
  }
}

class Lane {
  readonly #socket: Socket
  readonly #waiting: ((text: string | null) => void)[] = []
  #ending = false

  constructor(socket: Socket) {
    this.#socket = socket
    const reader = new FrameReader()
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk, (bytes, offset, end) => {
        this.#waiting.shift()?.(bytes.toString('latin1', offset, end))
      })
      if (this.#ending && this.#waiting.length === 0) socket.end()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      for (const done of this.#waiting.splice(0)) done(null)
    })
  }

  ask(name: string): Promise<string | null> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#socket.write(requestFor(name))
    })
  }

  /** Ends once nothing is waited for. */
  end(): void {
    this.#ending = true
    if (this.#waiting.length === 0) this.#socket.end()
  }
}

/** Over HTTP, connections kept open. */
export function createHttpClient(port: number): Client {
  const open = (): Agent => new Agent({ connections: SOCKET_COUNT, bodyTimeout: PATIENCE_MS })
  let agent = open()
  return {
    ask: async (name) => {
      try {
        const url = `http://127.0.0.1:${port}/api/handles/${name}`
        const answer = await request(url, { dispatcher: agent })
        return await answer.body.text()
      } catch {
        return null
      }
    },
    renew: () => {
      const old = agent
      agent = open()
      void old.close()
    },
    close: () => agent.close(),
  }
}
