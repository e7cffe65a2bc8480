import type { SecureContext } from 'node:tls'
import { Slots } from '../../lib/slots.ts'
import { UDP_SOCKET_COUNT_MAX } from '../limits.ts'
import { exchangeUdp } from '../native-udp.ts'
import { createTrust } from '../trust.ts'
import { HttpChannel, type HttpAnswer } from './http-channel.ts'
import { type ChannelOptions, TcpChannel } from './tcp-channel.ts'
import type { Target, TargetDoor } from './targets.ts'

/** Moves one question to one door of a server, over connections that are kept. */
export class Transports {
  readonly #trust: SecureContext | null
  readonly #tcp = new Map<string, TcpChannel>()
  readonly #http = new Map<string, HttpChannel>()
  readonly #udpSockets = new Slots(UDP_SOCKET_COUNT_MAX)

  /** @param ca certificates to trust beside the system's, or null */
  constructor(ca: string | null) {
    this.#trust = ca === null ? null : createTrust(ca)
  }

  /** Whether a shared TCP connection to this door is open. */
  isShared(door: TargetDoor): boolean {
    return door.protocol === 'tcp' && this.#tcp.get(door.key)?.shared === true
  }

  /** Whether a TCP connection to this door is open, shared or not. */
  isOpen(door: TargetDoor): boolean {
    return this.#tcp.get(door.key)?.open === true
  }

  /**
   * @param request envelope and message; @param name what it asks for
   * @throws ExchangeError
   */
  async exchange(
    target: Target, door: TargetDoor, request: Buffer, name: string, options: ChannelOptions,
  ): Promise<HttpAnswer> {
    const { port } = door
    switch (door.protocol) {
      case 'udp': {
        await this.#udpSockets.take(options.signal)
        try {
          const bytes = await exchangeUdp(request, { host: target.host, port }, options)
          return { kind: 'native', bytes }
        } finally {
          this.#udpSockets.give()
        }
      }
      case 'tcp': {
        const bytes = await this.#tcpChannel(target, door).exchange(request, options)
        return { kind: 'native', bytes }
      }
      case 'http':
      case 'https':
        return this.#httpChannel(target, door).exchange(request, name, options)
    }
  }

  /** Closes every connection; requests under way fail. */
  stop(): void {
    for (const channel of this.#tcp.values()) channel.close()
    for (const channel of this.#http.values()) channel.close()
    this.#tcp.clear()
    this.#http.clear()
  }

  #tcpChannel(target: Target, door: TargetDoor): TcpChannel {
    const { key } = door
    const known = this.#tcp.get(key)
    if (known !== undefined) return known
    const channel = new TcpChannel({ host: target.host, port: door.port }, () => {
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
      channel.close()
      this.#http.delete(key)
      return
    }
  }
}

/** Servers that HTTP connections are kept for; TCP channels go by themselves when unused. */
const HTTP_CHANNEL_COUNT_MAX = 1_000
