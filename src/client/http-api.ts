import { Client, errors } from 'undici'
import type { Identifier } from '../identifier/identifier.ts'
import { formatHostPort, type HostPort } from '../lib/host-port.ts'
import { parseJson } from '../lib/json.ts'
import { parseValues, ValueJsonError } from '../record/value-json.ts'
import type { HandleValue } from '../record/value.ts'
import { CODE } from '../wire/layout.ts'
import { ExchangeError, type ExchangeOptions, systemCodeOf } from './exchange.ts'
import { HTTP_BODY_BYTES_MAX } from './limits.ts'
import type { Answer } from './outcome.ts'
import type { QuestionFilter } from './question.ts'

/**
 * Asks a node's JSON API for a record (§10.1 Endpoints): `GET /api/handles/{identifier}`.
 * @throws ExchangeError
 */
export async function fetchHttpAnswer(
  identifier: Identifier,
  server: HostPort,
  filter: QuestionFilter,
  options: ExchangeOptions,
): Promise<Answer> {
  const where = formatHostPort(server)
  const client = new Client(`http://${where}`)
  try {
    const { body } = await client.request({
      method: 'GET',
      path: `/api/handles/${encodeURIComponent(identifier)}`,
      query: { type: [...filter.types], index: filter.indexes.map(String) },
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(options.timeoutMs),
    })
    return parseAnswer((await readBody(body, where)).toString('utf8'), where)
  } catch (error) {
    throw exchangeErrorOf(error, where, options.timeoutMs)
  } finally {
    await client.destroy()
  }
}

/** Reads an HTTP body, never more of it than HTTP_BODY_BYTES_MAX. @throws ExchangeError */
export async function readBody(body: AsyncIterable<Buffer>, where: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > HTTP_BODY_BYTES_MAX) {
      const limit = `${HTTP_BODY_BYTES_MAX} bytes`
      throw new ExchangeError('malformed', `${where} sent an answer longer than ${limit}`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Reads the JSON form of an answer (§10.3 Success bodies, §10.4 Error). Its `handle` is the name
 * it says it is about, empty when it says none.
 * @throws ExchangeError
 */
export function parseAnswer(text: string, where: string): Answer {
  const json = parseMembers(text, where)
  const code = json['responseCode']
  if (typeof code !== 'number' || !Number.isInteger(code)) throw noAnswer(where)
  // In a referral the handle is the service to ask next.
  const refers = code === CODE.serviceReferral || code === CODE.prefixReferral
  const handle = refers ? json['service'] : json['handle']
  return {
    code,
    values: parseAnswerValues(code, json['values'], where),
    handle: textOf(handle),
    message: textOf(json['message']),
  }
}

function textOf(json: unknown): string {
  return typeof json === 'string' ? json : ''
}

function parseMembers(text: string, where: string): Record<string, unknown> {
  const json = parseJson(text)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw noAnswer(where)
  return { ...json }
}

function parseAnswerValues(code: number, json: unknown, where: string): HandleValue[] {
  if (json === undefined && code !== CODE.success) return []
  try {
    return parseValues(json, { exactPermissions: true })
  } catch (error) {
    if (!(error instanceof ValueJsonError)) throw error
    const what = `${where} sent values that can't be read: ${error.message}`
    throw new ExchangeError('malformed', what)
  }
}

function noAnswer(where: string): ExchangeError {
  return new ExchangeError('malformed', `${where} sent something that is no JSON API answer`)
}

/** What went wrong with an HTTP exchange, in this module's words. */
export function exchangeErrorOf(error: unknown, where: string, timeoutMs: number): unknown {
  if (error instanceof ExchangeError) return error
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new ExchangeError('timeout', `no answer from ${where} within ${timeoutMs} ms`)
  }
  if (error instanceof errors.SocketError) {
    return new ExchangeError('closed', `${where} closed the connection without an answer`)
  }
  if (error instanceof errors.ConnectTimeoutError) {
    return new ExchangeError('timeout', `no connection to ${where} in time`)
  }
  const code = systemCodeOf(error)
  if (code.startsWith('ERR_TLS_') || /CERT|SIGNED|SSL|ISSUER/.test(code)) {
    return new ExchangeError('unverified', `the certificate of ${where} does not verify (${code})`)
  }
  if (code.startsWith('HPE_') || error instanceof errors.HTTPParserError) {
    return new ExchangeError('malformed', `${where} sent something that is no HTTP (${code})`)
  }
  if (error instanceof Error && 'syscall' in error) {
    return new ExchangeError('unreachable', `${where} can't be reached (${code})`)
  }
  return new ExchangeError('malformed', `the exchange with ${where} broke off (${code})`)
}
