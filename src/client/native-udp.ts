import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { systemClock } from '../lib/clock.ts'
import { formatHostPort, type HostPort } from '../lib/host-port.ts'
import { announcedLength } from '../wire/admit.ts'
import { encodeFragments, Reassembler } from '../wire/fragments.ts'
import { ENVELOPE_BYTES } from '../wire/layout.ts'
import {
  ExchangeError,
  type ExchangeOptions,
  isAnswerTo,
  isResponse,
  systemCodeOf,
} from './exchange.ts'
import { UDP_DATAGRAM_COUNT_MAX, UDP_RETRY_MS, UDP_SEND_COUNT_MAX } from './limits.ts'

interface Address {
  readonly address: string
  readonly family: number
}

/**
 * Sends a request by UDP and waits for its answer, sending again when none comes, and putting a
 * fragmented answer together (§7.1 UDP). Datagrams that are no answer to it are passed over.
 * @param request envelope and message
 * @returns envelope and message of the answer
 * @throws ExchangeError
 */
export async function exchangeUdp(
  request: Buffer,
  server: HostPort,
  options: ExchangeOptions,
): Promise<Buffer> {
  const deadlineMs = systemClock.elapsedMs() + options.timeoutMs
  const addresses = await findAddresses(server, options.timeoutMs)
  let refusal: ExchangeError | undefined
  for (const address of addresses) {
    const remainingMs = Math.max(1, deadlineMs - systemClock.elapsedMs())
    try {
      return await new UdpExchange(request, address, server, remainingMs).run(options.signal)
    } catch (error) {
      // A name may stand for an IPv4 and an IPv6 address of which the server listens on one.
      if (!(error instanceof ExchangeError) || error.reason !== 'unreachable') throw error
      refusal = error
    }
  }
  throw refusal ?? new ExchangeError('unreachable', `${server.host} has no address`)
}

async function findAddresses(server: HostPort, timeoutMs: number): Promise<Address[]> {
  const family = isIP(server.host)
  // An address needs no look-up, which would go through another thread to find the same.
  if (family !== 0) return [{ address: server.host, family }]
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new ExchangeError('timeout', `looking up ${server.host} took over ${timeoutMs} ms`))
    }, timeoutMs)
  })
  try {
    return await Promise.race([lookup(server.host, { all: true }), timeout])
  } catch (error) {
    if (error instanceof ExchangeError) throw error
    const code = systemCodeOf(error)
    throw new ExchangeError('unreachable', `${server.host} can't be looked up (${code})`)
  } finally {
    clearTimeout(timer)
  }
}

/** One request to one address, on a socket of its own. */
class UdpExchange {
  readonly #request: Buffer
  readonly #datagrams: readonly Buffer[]
  readonly #address: Address
  readonly #server: HostPort
  readonly #timeoutMs: number
  readonly #socket: Socket
  readonly #reassembler = new Reassembler()
  #retryTimer: NodeJS.Timeout | undefined
  #sendCount = 0
  #receivedCount = 0
  #passedOverCount = 0

  constructor(request: Buffer, address: Address, server: HostPort, timeoutMs: number) {
    this.#request = request
    this.#datagrams = encodeFragments(request)
    this.#address = address
    this.#server = server
    this.#timeoutMs = timeoutMs
    this.#socket = createSocket(address.family === 6 ? 'udp6' : 'udp4')
  }

  async run(signal?: AbortSignal | null): Promise<Buffer> {
    let timer: NodeJS.Timeout | undefined
    let onAbort: (() => void) | undefined
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        onAbort = () => { reject(this.#timeoutError()) }
        timer = setTimeout(onAbort, this.#timeoutMs)
        signal?.addEventListener('abort', onAbort, { once: true })
        const fail = (error: unknown): void => { reject(this.#socketError(error)) }
        this.#socket.on('error', fail)
        this.#socket.on('message', (datagram) => {
          const answer = this.#receive(datagram)
          if (answer !== undefined) resolve(answer)
          else if (this.#receivedCount >= UDP_DATAGRAM_COUNT_MAX) reject(this.#floodError())
        })
        // A connected socket takes datagrams from this peer only and hears of a closed port.
        this.#socket.connect(this.#server.port, this.#address.address, (error?: Error) => {
          if (error instanceof Error) fail(error)
          else this.#send(UDP_RETRY_MS)
        })
      })
    } finally {
      clearTimeout(timer)
      clearTimeout(this.#retryTimer)
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
      this.#socket.close()
    }
  }

  #send(retryMs: number): void {
    for (const datagram of this.#datagrams) {
      this.#socket.send(datagram, (error) => {
        if (error !== null) this.#socket.emit('error', error)
      })
    }
    this.#sendCount++
    if (this.#sendCount >= UDP_SEND_COUNT_MAX) return
    this.#retryTimer = setTimeout(() => { this.#send(retryMs * 2) }, retryMs)
  }

  #receive(datagram: Buffer): Buffer | undefined {
    this.#receivedCount++
    const answer = isAnswerTo(this.#request, datagram) ? this.#complete(datagram) : undefined
    if (answer !== undefined && isResponse(answer)) return answer
    this.#passedOverCount++
    return undefined
  }

  /** The whole answer, if this datagram is or completes it. Older servers don't set TC. */
  #complete(datagram: Buffer): Buffer | undefined {
    const wholeBytes = ENVELOPE_BYTES + announcedLength(datagram, 0)
    if (datagram.length >= wholeBytes) return datagram.subarray(0, wholeBytes)
    return this.#reassembler.add(datagram, '', systemClock.elapsedMs())
  }

  #timeoutError(): ExchangeError {
    const where = formatHostPort(this.#server)
    const note = this.#passedOverCount === 0
      ? ''
      : `; ${this.#passedOverCount} datagrams came that were no whole answer`
    return new ExchangeError(
      'timeout', `no answer from ${where} within ${Math.round(this.#timeoutMs)} ms${note}`,
    )
  }

  #socketError(error: unknown): ExchangeError {
    const where = formatHostPort(this.#server)
    return new ExchangeError('unreachable', `${where} can't be reached (${systemCodeOf(error)})`)
  }

  #floodError(): ExchangeError {
    const where = formatHostPort(this.#server)
    return new ExchangeError('malformed', `${where} sends datagrams that make no answer`)
  }
}
