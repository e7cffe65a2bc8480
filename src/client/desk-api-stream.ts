import { Readable } from 'node:stream'
import type { DeskConnection } from './desk-api-connection.ts'
import { parseJson } from '../lib/json.ts'
import { type StreamAnswer, streamAnswerView } from './desk-api-views.ts'
import { ExchangeError } from './exchange.ts'
import { ANSWER_LINE_CHARACTERS_MAX } from './limits.ts'

export const STREAM_PATH = '/v1/identifiers/stream'

/**
 * Sends registrations, one a line and of any length, and yields what became of each as it comes.
 * Who takes the answers slowly slows the sending down.
 * @throws DeskProblem, ExchangeError; what goes wrong with `chunks` as it is
 */
export async function* exchangeLines(
  connection: DeskConnection, query: Readonly<Record<string, string>>,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<StreamAnswer> {
  const flow = new Flow(chunks, connection.server.timeoutMs)
  let ended = false
  try {
    const body = await connection.send({
      method: 'POST', path: STREAM_PATH, query, body: flow.body, signal: flow.signal,
      headers: { 'content-type': 'application/x-ndjson' },
      // A good stream may run for hours before there is a word to say about it.
      headersTimeout: 0, bodyTimeout: 0,
    })
    let rest = ''
    for await (const text of body.setEncoding('utf8') as AsyncIterable<string>) {
      flow.moved()
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > ANSWER_LINE_CHARACTERS_MAX) throw unreadable()
      for (const line of lines) {
        const answer = readAnswer(line)
        ended = 'summary' in answer
        yield answer
        if (ended) return
      }
    }
    throw new ExchangeError('closed', 'the answer broke off before its summary')
  } catch (error) {
    // The desk may end a stream before all of it was sent.
    if (!ended) throw flow.failure ?? connection.errorOf(error)
  } finally {
    flow.end()
  }
}

function readAnswer(line: string): StreamAnswer {
  const parsed = streamAnswerView.safeParse(parseJson(line))
  if (parsed.success) return parsed.data
  throw unreadable()
}

const unreadable = (): ExchangeError =>
  new ExchangeError('malformed', 'the desk sent a line that is no answer to a registration')

/** A body on its way. Its source may take its time; the desk may not stand still for long. */
class Flow {
  readonly body: Readable
  /** What went wrong with the source, if anything did. */
  failure: unknown
  readonly #stalled = new AbortController()
  readonly #idleMs: number
  #timer: NodeJS.Timeout | null = null

  constructor(chunks: AsyncIterable<Buffer>, idleMs: number) {
    this.#idleMs = idleMs
    this.body = Readable.from(this.#pass(chunks), { objectMode: false })
    // Whoever waits for the answer hears about it.
    this.body.on('error', () => undefined)
  }

  get signal(): AbortSignal {
    return this.#stalled.signal
  }

  /** The desk has said something. */
  moved(): void {
    if (this.#timer !== null) this.#waitForDesk()
  }

  end(): void {
    this.#waitForSource()
    this.body.destroy()
  }

  async* #pass(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of chunks) {
        this.#waitForDesk()
        yield chunk
        this.#waitForSource()
      }
    } catch (error) {
      this.failure = error
      throw error
    }
    this.#waitForDesk()
  }

  #waitForDesk(): void {
    this.#waitForSource()
    this.#timer = setTimeout(() => {
      this.#stalled.abort(new DOMException('it stands still', 'TimeoutError'))
    }, this.#idleMs)
  }

  #waitForSource(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
