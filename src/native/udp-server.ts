import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { lookup } from 'node:dns'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { Clock } from '../lib/clock.ts'
import type { Counter, Tally } from '../lib/counters.ts'
import type { HistogramSource } from '../lib/histograms.ts'
import { LatencySampler } from '../lib/latency-sampler.ts'
import { encodeFragments, Reassembler } from '../wire/fragments.ts'
import { DATAGRAM_BYTES_MAX } from '../wire/limits.ts'
import { AnswerBuffer } from '../wire/response.ts'
import type { NativeAnswerer } from './answer.ts'
import type { NativeCounter, NativeHistogram } from './counters.ts'
import { ANSWER_BUFFER_BYTES, LATENCY_SAMPLE_EVERY, UDP_RECEIVE_BUFFER_BYTES } from './limits.ts'
import type { ReplyAllowance } from './reply-allowance.ts'
import type { Deferral, Deferrals } from './slow-answerer.ts'

export interface UdpServerParts {
  readonly answerer: NativeAnswerer
  /** Where deferred messages go; null when the answerer defers none. */
  readonly deferrals: Deferrals | null
  /** Bounds what is sent to those who have proved nothing. */
  readonly allowance: ReplyAllowance
  readonly clock: Clock
  readonly counters: Counter<NativeCounter>
  readonly histograms: HistogramSource<NativeHistogram>
}

/** The UDP door: moves datagrams between a socket and the answerer, and puts fragments together. */
export class UdpServer {
  readonly #parts: UdpServerParts
  readonly #out = new AnswerBuffer(ANSWER_BUFFER_BYTES)
  readonly #reassembler = new Reassembler()
  readonly #requests: Tally
  readonly #latency: LatencySampler
  #socket: Socket | null = null

  constructor(parts: UdpServerParts) {
    this.#parts = parts
    this.#requests = parts.counters.tally('native_udp_requests_total')
    const histogram = parts.histograms.histogram('native_udp_answer_seconds')
    this.#latency = new LatencySampler(histogram, parts.clock, LATENCY_SAMPLE_EVERY)
  }

  /** Listens. @param shared whether other threads listen on the same port */
  async start(host: string, port: number, shared: boolean): Promise<void> {
    const family = isIPv6(host) ? 6 : 4
    const socket = createSocket({
      type: `udp${family}`,
      reusePort: shared,
      recvBufferSize: UDP_RECEIVE_BUFFER_BYTES,
      // Node asks for the address of every datagram's receiver; those of peers are addresses
      // already, and saying so at once saves each answer a turn through the tick queue.
      lookup: (name, options, callback) => {
        if (this.#socket === null) lookup(name, options, callback)
        else callback(null, name, family)
      },
    })
    // Waited for from before: with an address to bind it listens at once.
    const listening = once(socket, 'listening')
    socket.bind({ address: host, port })
    await listening
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
    const { answerer, clock } = this.#parts
    this.#requests.add()
    const begunMs = this.#latency.begin()
    const out = this.#out
    out.length = 0
    let message = datagram
    let fate = answerer.answer(datagram, 0, datagram.length, out)
    if (fate === 'fragment') {
      const sender = `${peer.address} ${peer.port}`
      const whole = this.#reassembler.add(datagram, sender, clock.elapsedMs())
      if (whole === undefined) return
      message = whole
      fate = answerer.answer(message, 0, message.length, out)
    }
    if (fate === 'answered') this.#send(out.cut(), message.length, peer, socket)
    else if (fate === 'deferred' || fate === 'passed-on') {
      void this.#defer(message, fate, peer, socket)
    }
    this.#latency.end(begunMs)
  }

  /**
   * Hands a message on and sends its answer when it comes. Administration is allowed over UDP:
   * this node's site says so of its interface, and only an interface for queries refuses it
   * (§7.1 UDP). Of an answer in several messages only the first is sent, as over the tunnel:
   * their datagrams would have the same request id and sequence numbers.
   */
  async #defer(
    message: Buffer, fate: Deferral, peer: RemoteInfo, socket: Socket,
  ): Promise<void> {
    const { answerer, deferrals, counters } = this.#parts
    counters.add('native_deferred_total')
    const origin = { transport: 'udp', address: peer.address } as const
    const out = this.#out
    const deferred = deferrals?.start(message, 0, message.length, origin, fate)
    if (deferred === undefined) {
      answerer.answerBusy(message, 0, message.length, out)
      this.#send(out.take(), message.length, peer, socket)
      return
    }
    try {
      const first = (await deferred.answer).messages[0]
      if (first !== undefined) this.#send(first, message.length, peer, socket)
    } catch {
      out.length = 0
      answerer.answerFailed(message, 0, message.length, out)
      this.#send(out.take(), message.length, peer, socket)
    }
  }

  #send(answer: Buffer, requestBytes: number, peer: RemoteInfo, socket: Socket): void {
    // A deferred answer may come when the door is closed.
    if (this.#socket !== socket) return
    const { allowance, clock, counters } = this.#parts
    const { address, port } = peer
    if (!allowance.take(address, requestBytes, answer.length, clock.elapsedMs())) {
      counters.add('native_refused_over-allowance_total')
      return
    }
    if (answer.length <= DATAGRAM_BYTES_MAX) {
      socket.send(answer, port, address)
      return
    }
    for (const fragment of encodeFragments(answer)) socket.send(fragment, port, address)
  }
}
