import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { FrameReader } from '../../src/wire/frames.ts'
import { OFFSET } from '../../src/wire/layout.ts'
import { assertFound, type Measure, summarise } from '../measure.ts'

export interface OnceEachLoad {
  readonly port: number
  /** Each is asked once; its request id is its place in this list. */
  readonly requests: readonly Buffer[]
  readonly connections: number
  /** Requests that a connection has open at one time. */
  readonly window: number
}

/** Asks each request once over TCP, an answer letting the next one go; checks every answer. */
export async function loadOnceEach(load: OnceEachLoad): Promise<Measure> {
  const { requests, connections, port } = load
  const askedAt = new Float64Array(requests.length)
  const latencies: number[] = []
  const queue = { next: 0 }
  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    await runLane(socket, load, queue, askedAt, latencies)
    socket.destroy()
  }))
  return summarise(requests.length, (performance.now() - started) / 1000, latencies)
}

function runLane(
  socket: Socket, { requests, window }: OnceEachLoad, queue: { next: number },
  askedAt: Float64Array, latencies: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const reader = new FrameReader()
    let open = 0
    const ask = (count: number): void => {
      const some = requests.slice(queue.next, queue.next + count)
      const now = performance.now()
      for (const request of some) {
        askedAt[queue.next++] = now
        socket.write(request)
      }
      open += some.length
      if (open === 0) resolve()
    }
    socket.on('data', (chunk: Buffer) => {
      const now = performance.now()
      let count = 0
      try {
        reader.push(chunk, (bytes, offset) => {
          assertFound(bytes, offset)
          count++
          latencies.push(now - (askedAt[bytes.readUInt32BE(offset + OFFSET.requestId)] ?? now))
        })
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
        return
      }
      open -= count
      socket.cork()
      ask(count)
      socket.uncork()
    })
    socket.on('error', reject)
    socket.on('close', () => { reject(new Error('the server closed the connection')) })
    ask(window)
  })
}
