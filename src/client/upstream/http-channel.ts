import type { SecureContext } from 'node:tls'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import { formatHostPort } from '../../lib/host-port.ts'
import { NATIVE_MEDIA_TYPE } from '../../wire/layout.ts'
import { ExchangeError, type ExchangeOptions } from '../exchange.ts'
import { exchangeErrorOf, parseAnswer, readBody } from '../http-api.ts'
import { HTTP_CONNECTION_COUNT_MAX } from '../limits.ts'
import type { Answer } from '../outcome.ts'
import type { Door, Target } from './targets.ts'

/** What came of a question over HTTP: a native message, or the JSON form of an answer. */
export type HttpAnswer = Buffer | Answer

/**
 * HTTP or HTTPS to one door of a server: native messages through the tunnel (§7.3), or the JSON
 * API where the server has no tunnel. Connects to the address of the target whatever its name
 * resolves to, follows no redirects, and takes no certificate that does not verify.
 */
export class HttpChannel {
  readonly #agent: Agent
  readonly #origin: string
  readonly #where: string
  #tunnels = true

  /** @param trust what TLS trusts; null for what the system does */
  constructor(target: Target, door: Door, trust: SecureContext | null) {
    const { host } = target
    const { protocol, port } = door
    this.#where = formatHostPort({ host, port })
    this.#origin = `${protocol}://${formatHostPort({ host: target.tlsName ?? host, port })}`
    const connect = buildConnector(trust === null ? {} : { secureContext: trust })
    this.#agent = new Agent({
      connections: HTTP_CONNECTION_COUNT_MAX,
      // A name in a site record, be it another address, must not lead anywhere but to the address
      // that was checked.
      connect: (options, done) => { connect({ ...options, hostname: host }, done) },
    })
  }

  /** @throws ExchangeError */
  async exchange(request: Buffer, name: string, options: ExchangeOptions): Promise<HttpAnswer> {
    const timeout = AbortSignal.timeout(Math.ceil(options.timeoutMs))
    const stop = options.signal ?? null
    const signal = stop === null ? timeout : AbortSignal.any([stop, timeout])
    try {
      const bytes = this.#tunnels ? await this.#tunnel(request, name, signal) : undefined
      if (bytes !== undefined) return bytes
      return await this.#askJson(name, signal)
    } catch (error) {
      if (stop?.aborted === true) {
        throw new ExchangeError('timeout', `${this.#where} is not waited for any more`)
      }
      throw exchangeErrorOf(error, this.#where, Math.round(options.timeoutMs))
    }
  }

  close(): void {
    void this.#agent.destroy()
  }

  /** Closes when the requests under way have their answers, or no more time. */
  retire(): void {
    void this.#agent.close()
  }

  /** @returns undefined when nothing came through a tunnel; whether to try again is noted */
  async #tunnel(request: Buffer, name: string, signal: AbortSignal): Promise<Buffer | undefined> {
    const { statusCode, headers, body } = await this.#request({
      method: 'POST',
      path: `/${encodeURIComponent(name)}`,
      headers: { accept: NATIVE_MEDIA_TYPE, 'content-type': NATIVE_MEDIA_TYPE },
      body: request,
      signal,
    })
    const bytes = await readBody(body, this.#where)
    const type = String(headers['content-type'] ?? '').toLowerCase()
    if (statusCode === 200 && type.includes(NATIVE_MEDIA_TYPE)) return bytes
    // A server that says it is in trouble says nothing of what it has when it is well.
    if (statusCode < 500 || statusCode === 501) this.#tunnels = false
    return undefined
  }

  async #askJson(name: string, signal: AbortSignal): Promise<Answer> {
    const { body } = await this.#request({
      method: 'GET',
      path: `/api/handles/${encodeURIComponent(name)}?publicOnly=true`,
      headers: { accept: 'application/json' },
      signal,
    })
    return parseAnswer((await readBody(body, this.#where)).toString('utf8'), this.#where)
  }

  #request(
    options: Omit<Dispatcher.RequestOptions, 'origin'>,
  ): Promise<Dispatcher.ResponseData> {
    return this.#agent.request({ ...options, origin: this.#origin })
  }
}
