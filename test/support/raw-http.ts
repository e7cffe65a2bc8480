import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import { setTimeout as delay } from 'node:timers/promises'

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly version: string
  readonly status: number
  /** Lower-case names; the time and what depends on it is left out. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface RawExchange {
  readonly answers: readonly RawAnswer[]
  /** Whether the server closed the connection. */
  readonly closed: boolean
}

export interface RawOptions {
  /** Answers to wait for; 1 when nothing is said. */
  readonly count?: number
  /** Whether answers have no body, as to HEAD. */
  readonly bodiless?: boolean
  /** Whether TLS is spoken; whoever answers is believed. */
  readonly secure?: boolean
  /** How long a piece waits for an answer to the one before; not at all if not said. */
  readonly waitMs?: number
}

const PATIENCE_MS = 5_000
/** How long the server may take to close after its last answer, to be seen closing. */
const LINGER_MS = 30

/** Sends bytes over one connection, piece by piece, and gathers the answers. */
export async function exchangeRaw(
  port: number, pieces: readonly string[],
  { count = 1, bodiless = false, secure = false, waitMs = 0 }: RawOptions = {},
): Promise<RawExchange> {
  const where = { port, host: '127.0.0.1', noDelay: true }
  const socket = secure ? connectSecure({ ...where, rejectUnauthorized: false }) : connect(where)
  await once(socket, 'connect')
  const chunks: Buffer[] = []
  let closed = false
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('close', () => { closed = true })
  socket.on('error', () => { closed = true })
  for (const piece of pieces) {
    const before = chunks.length
    socket.write(piece)
    if (pieces.length > 1) await delay(2)
    const until = performance.now() + waitMs
    while (!closed && chunks.length === before && performance.now() < until) await delay(1)
  }
  const read = (): RawAnswer[] => parseAnswers(Buffer.concat(chunks), bodiless)
  const until = performance.now() + PATIENCE_MS
  while (!closed && read().length < count && performance.now() < until) await delay(5)
  await delay(LINGER_MS)
  socket.destroy()
  return { answers: read(), closed }
}

/** The whole answers in what has come so far. */
function parseAnswers(bytes: Buffer, bodiless: boolean): RawAnswer[] {
  const answers: RawAnswer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n\r\n', at)
    if (end < 0) return answers
    const [first = '', ...lines] = bytes.toString('latin1', at, end).split('\r\n')
    const [version = '', status] = first.split(' ')
    const headers: Record<string, string> = {}
    for (const line of lines) {
      const colon = line.indexOf(':')
      const name = line.slice(0, colon).toLowerCase()
      if (name in headers) throw new Error(`twice: ${name}`)
      if (name !== 'date') headers[name] = line.slice(colon + 1).trim()
    }
    const length = bodiless || status === '304' ? 0 : Number(headers['content-length'] ?? 0)
    const start = end + 4
    at = start + length
    if (at > bytes.length) return answers
    const body = bytes.toString('utf8', start, at)
    answers.push({ version, status: Number(status), headers, body })
  }
  return answers
}
