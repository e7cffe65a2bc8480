import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import { createServer, type Socket } from 'node:net'
import type { Test } from 'tap'
import type { HostPort } from '../../src/lib/host-port.ts'
import { ENVELOPE_BYTES, HEADER_BYTES, OFFSET } from '../../src/wire/layout.ts'

/** A request of the usual shape with a body that no client code looks at. */
export function requestOf(requestId: number, bodyBytes = 12): Buffer {
  return messageOf(requestId, 0, Buffer.alloc(bodyBytes))
}

/** A whole message with the given id, response code and body. */
export function messageOf(requestId: number, code: number, body: Buffer): Buffer {
  const message = Buffer.alloc(ENVELOPE_BYTES + HEADER_BYTES + body.length + 4)
  message.writeUInt16BE(0x020b, OFFSET.major)
  message.writeUInt16BE(0x020b, OFFSET.flags)
  message.writeUInt32BE(requestId, OFFSET.requestId)
  message.writeInt32BE(message.length - ENVELOPE_BYTES, OFFSET.messageLength)
  message.writeInt32BE(1, OFFSET.opcode)
  message.writeInt32BE(code, OFFSET.responseCode)
  message.writeInt32BE(body.length, OFFSET.bodyLength)
  body.copy(message, OFFSET.body)
  return message
}

/** The same message with four bytes of its envelope or header replaced. */
export function withInt32(message: Buffer, offset: number, value: number): Buffer {
  const changed = Buffer.from(message)
  changed.writeInt32BE(value | 0, offset)
  return changed
}

export interface Peer {
  readonly address: HostPort
  /** Datagrams or chunks that arrived. */
  readonly received: Buffer[]
  stop(): Promise<void>
}

/** A UDP peer that calls `answer` for every datagram. */
export async function startUdpPeer(
  answer: (datagram: Buffer, send: (bytes: Buffer) => void, count: number) => void,
  host = '127.0.0.1',
): Promise<Peer> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const received: Buffer[] = []
  socket.on('message', (datagram: Buffer, from: RemoteInfo) => {
    received.push(datagram)
    answer(datagram, (bytes) => { socket.send(bytes, from.port, from.address) }, received.length)
  })
  socket.bind(0, host)
  await once(socket, 'listening')
  return {
    address: { host, port: socket.address().port },
    received,
    stop: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

/** A TCP peer that calls `answer` for every chunk. */
export async function startTcpPeer(
  answer: (chunk: Buffer, socket: Socket) => void,
  host = '127.0.0.1',
): Promise<Peer> {
  const received: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk)
      answer(chunk, socket)
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return {
    address: { host, port: bound.port },
    received,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** An HTTP or HTTPS server on a port of its own, until the test is over. */
export async function listenHttp(t: Test, server: HttpServer): Promise<HostPort> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const bound = server.address()
  return { host: '127.0.0.1', port: typeof bound === 'object' && bound !== null ? bound.port : 0 }
}
