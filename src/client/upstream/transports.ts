import type { SecureContext } from 'node:tls'
import type { Clock } from '../../lib/clock.ts'
import { Deadlines } from '../../lib/deadlines.ts'
import type { HostPort } from '../../lib/host-port.ts'
import { Slots } from '../../lib/slots.ts'
import { ExchangeError } from '../exchange.ts'
import { CHANNEL_READ_BYTES, UDP_SOCKET_COUNT_MAX } from '../limits.ts'
import { exchangeUdp } from '../native-udp.ts'
import { createTrust } from '../trust.ts'
import type { ConnectionParts } from './channel-connection.ts'
import { HttpChannel, type HttpAnswer } from './http-channel.ts'
import { type ChannelOptions, TcpChannel } from './tcp-channel.ts'
import type { Target, TargetDoor } from './targets.ts'

/** Moves one question to one door of a server, over connections that are kept. */
export class Transports {
  readonly #clock: Clock
  readonly #connections: ConnectionParts
  readonly #trust: SecureContext | null
  readonly #tcp = new Map<string, TcpChannel>()
  readonly #http = new Map<string, HttpChannel>()
  readonly #udpSockets = new Slots(UDP_SOCKET_COUNT_MAX)

  /** @param ca certificates to trust beside the system's, or null */
  constructor(clock: Clock, ca: string | null) {
    this.#clock = clock
    this.#connections = {
      deadlines: new Deadlines(clock), readBuffer: Buffer.allocUnsafeSlow(CHANNEL_READ_BYTES),
    }
    this.#trust = ca === null ? null : createTrust(ca)
  }

  /** Whether a shared TCP connection to this door is open. */
  isShared(door: TargetDoor): boolean {
    return door.protocol === 'tcp' && this.#tcp.get(door.key)?.shared === true
  }

  /** Whether a TCP connection to this door is open that is shared or may turn out to be. */
  isPromising(door: TargetDoor): boolean {
    return this.#tcp.get(door.key)?.promising === true
  }

  /** Whether a TCP connection to this door is open, shared or not. */
  isOpen(door: TargetDoor): boolean {
    return this.#tcp.get(door.key)?.open === true
  }

  /**
   * @param request envelope and message; @param name what it asks for
   * @returns envelope and message of the answer, or its JSON form
   * @throws ExchangeError
   */
  exchange(
    target: Target, door: TargetDoor, request: Buffer, name: string, options: ChannelOptions,
  ): Promise<HttpAnswer> {
    switch (door.protocol) {
      case 'udp':
        return this.#exchangeUdp(request, { host: target.host, port: door.port }, options)
      case 'tcp':
        return this.#tcpChannel(target, door).exchange(request, options)
      case 'http':
      case 'https': {
        const channel = this.#httpChannel(target, door)
        return channel.exchange(request, name, this.#withTimeout(options))
      }
    }
  }

  /** Closes every connection; requests under way fail. */
  stop(): void {
    for (const channel of this.#tcp.values()) channel.close()
    for (const channel of this.#http.values()) channel.close()
    this.#tcp.clear()
    this.#http.clear()
  }

  async #exchangeUdp(request: Buffer, server: HostPort, options: ChannelOptions): Promise<Buffer> {
    const slots = this.#udpSockets
    if (!slots.tryTake()) await this.#waitForSocket(options)
    try {
      return await exchangeUdp(request, server, this.#withTimeout(options))
    } finally {
      slots.give()
    }
  }

  async #waitForSocket(options: ChannelOptions): Promise<void> {
    const { signal, timeoutMs } = this.#withTimeout(options)
    try {
      await this.#udpSockets.take(signal ?? AbortSignal.timeout(timeoutMs))
    } catch {
      throw new ExchangeError('timeout', 'too many datagrams are unanswered')
    }
  }

  #withTimeout({ dueMs, signal }: ChannelOptions) {
    return { timeoutMs: Math.max(1, Math.ceil(dueMs - this.#clock.elapsedMs())), signal }
  }

  #tcpChannel(target: Target, door: TargetDoor): TcpChannel {
    const { key } = door
    const known = this.#tcp.get(key)
    if (known !== undefined) return known
    const server = { host: target.host, port: door.port }
    const channel = new TcpChannel(server, this.#connections, () => {
      if (this.#tcp.get(key) === channel) this.#tcp.delete(key)
    })
    this.#tcp.set(key, channel)
    return channel
  }

  #httpChannel(target: Target, door: TargetDoor): HttpChannel {
    const { key } = door
    const known = this.#http.get(key)
    if (known !== undefined) return known
    const channel = new HttpChannel(target, door, this.#trust)
    if (this.#http.size >= HTTP_CHANNEL_COUNT_MAX) this.#forgetOldestHttp()
    this.#http.set(key, channel)
    return channel
  }

  #forgetOldestHttp(): void {
    for (const [key, channel] of this.#http) {
      // Whoever brings on many servers must not end what others wait for.
      channel.retire()
      this.#http.delete(key)
      return
    }
  }
}

/** Servers that HTTP connections are kept for; TCP channels go by themselves when unused. */
const HTTP_CHANNEL_COUNT_MAX = 1_000
