import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { Clock } from '../lib/clock.ts'
import type { Counter } from '../lib/counters.ts'
import { encodeFragments, Reassembler } from '../wire/fragments.ts'
import { DATAGRAM_BYTES_MAX } from '../wire/limits.ts'
import { AnswerBuffer } from '../wire/response.ts'
import type { NativeAnswerer } from './answer.ts'
import type { NativeCounter } from './counters.ts'
import { ANSWER_BUFFER_BYTES, UDP_RECEIVE_BUFFER_BYTES } from './limits.ts'

export interface UdpServerParts {
  readonly answerer: NativeAnswerer
  readonly clock: Clock
  readonly counters: Counter<NativeCounter>
}

/** The UDP door: moves datagrams between a socket and the answerer, and puts fragments together. */
export class UdpServer {
  readonly #parts: UdpServerParts
  readonly #out = new AnswerBuffer(ANSWER_BUFFER_BYTES)
  readonly #reassembler = new Reassembler()
  #socket: Socket | null = null

  constructor(parts: UdpServerParts) {
    this.#parts = parts
  }

  /** Listens. @param shared whether other threads listen on the same port */
  async start(host: string, port: number, shared: boolean): Promise<void> {
    const type = isIPv6(host) ? 'udp6' : 'udp4'
    const socket = createSocket({
      type,
      reusePort: shared,
      recvBufferSize: UDP_RECEIVE_BUFFER_BYTES,
    })
    socket.bind({ address: host, port })
    await once(socket, 'listening')
    socket.on('message', (datagram, peer) => {
      this.#receive(datagram, peer, socket)
    })
    // A send that the network refuses concerns that peer alone; the door stays open.
    socket.on('error', () => undefined)
    this.#socket = socket
  }

  async stop(): Promise<void> {
    const socket = this.#socket
    if (socket === null) return
    this.#socket = null
    const closed = once(socket, 'close')
    socket.close()
    await closed
  }

  #receive(datagram: Buffer, peer: RemoteInfo, socket: Socket): void {
    const { answerer, clock, counters } = this.#parts
    counters.add('native_udp_requests_total')
    const out = this.#out
    out.length = 0
    let fate = answerer.answer(datagram, 0, datagram.length, out)
    if (fate === 'fragment') {
      const sender = `${peer.address} ${peer.port}`
      const message = this.#reassembler.add(datagram, sender, clock.elapsedMs())
      if (message === undefined) return
      fate = answerer.answer(message, 0, message.length, out)
    }
    if (fate !== 'answered') return
    const answer = out.take()
    if (answer.length <= DATAGRAM_BYTES_MAX) {
      socket.send(answer, peer.port, peer.address)
      return
    }
    for (const fragment of encodeFragments(answer)) {
      socket.send(fragment, peer.port, peer.address)
    }
  }
}
