import { Agent, type Dispatcher } from 'undici'
import type { z } from 'zod'
import { parseJson } from '../lib/json.ts'
import { type Issue, problemView } from './desk-api-views.ts'
import { ExchangeError } from './exchange.ts'
import { exchangeErrorOf, readBody } from './http-api.ts'
import { createTrust } from './trust.ts'

/** Whose desk it is, and who calls. */
export interface DeskServer {
  /** `https://node.example:8443`, without a path. */
  readonly origin: string
  /** An API key or the token of a log-in; null for calls that are open to everybody. */
  readonly secret: string | null
  /** Certificates to trust beside the system's; null for none. */
  readonly ca: string | null
  /** For one call; for a stream, how long nothing may move. */
  readonly timeoutMs: number
}

/** The desk has refused a call; nothing was changed. The message is the desk's own words. */
export class DeskProblem extends Error {
  readonly status: number
  /** What it refused for, such as `prefix-taken`. */
  readonly code: string
  readonly issues: readonly Issue[]
  readonly retryAfterSeconds: number | null

  constructor(
    status: number, code: string, title: string, issues: readonly Issue[],
    retryAfterSeconds: number | null,
  ) {
    super(title)
    this.status = status
    this.code = code
    this.issues = issues
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The parts of a call. */
export interface DeskCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  /** The version that the caller has seen (If-Match). */
  readonly version?: number | undefined
  /** Names what is asked for, so that the desk does it once however often it is sent. */
  readonly idempotencyKey?: string
}

type RequestOptions = Omit<Dispatcher.RequestOptions, 'origin' | 'headers'> & {
  readonly headers: Readonly<Record<string, string>>
}

/** Calls to one desk, over connections that are kept. */
export class DeskConnection {
  readonly server: DeskServer
  readonly #where: string
  readonly #agent: Agent

  constructor(server: DeskServer) {
    const { origin, ca } = server
    this.server = server
    this.#where = new URL(origin).host
    this.#agent = new Agent({ connect: ca === null ? {} : { secureContext: createTrust(ca) } })
  }

  /**
   * Makes a call and reads what it is answered.
   * @throws DeskProblem when the desk refuses it, ExchangeError when no answer came of it
   */
  async call<T>(call: DeskCall, view: z.ZodType<T>): Promise<T> {
    try {
      return await this.#callOnce(call, view)
    } catch (error) {
      const lost = error instanceof ExchangeError
        && (error.reason === 'closed' || error.reason === 'timeout')
      // With its key, what was done after all is not done again.
      if (!lost || call.idempotencyKey === undefined) throw error
      return this.#callOnce(call, view)
    }
  }

  /** Sends a request and reads a refusal, if it is one. @throws as `call`, and what undici does */
  async send(options: RequestOptions): Promise<Dispatcher.ResponseData['body']> {
    const { origin, secret } = this.server
    const response = await this.#agent.request({
      ...options,
      origin,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
        ...options.headers,
      },
    })
    if (response.statusCode >= 200 && response.statusCode < 300) return response.body
    throw await this.#readRefusal(response)
  }

  /** What went wrong, in this module's words: a refusal stays one. */
  errorOf(error: unknown): unknown {
    if (error instanceof DeskProblem) return error
    return exchangeErrorOf(error, this.#where, this.server.timeoutMs)
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  async #callOnce<T>(call: DeskCall, view: z.ZodType<T>): Promise<T> {
    const { method, path, query = {}, body, version, idempotencyKey } = call
    try {
      const answer = await this.send({
        method, path,
        query: Object.fromEntries(
          Object.entries(query).filter(([, value]) => value !== undefined)),
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(this.server.timeoutMs),
      })
      const parsed = view.safeParse(parseJson(String(await readBody(answer, this.#where))))
      if (parsed.success) return parsed.data
      throw new ExchangeError('malformed', `${this.#where} sent no answer that a desk gives`)
    } catch (error) {
      throw this.errorOf(error)
    }
  }

  async #readRefusal({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Error> {
    const parsed = problemView.safeParse(parseJson(String(await readBody(body, this.#where))))
    if (parsed.success) {
      const { status, code, title, errors } = parsed.data
      const seconds = Number(headers['retry-after'])
      return new DeskProblem(
        status, code, title, errors, Number.isInteger(seconds) ? seconds : null)
    }
    const what = statusCode === 404
      ? 'has no registration desk'
      : `answered ${statusCode} without saying why`
    return new ExchangeError('malformed', `${this.#where} ${what}`)
  }
}
