import { keyOf, parseIdentifier, prefixOfKey } from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import { LINE_BYTES_MAX } from '../registry/limits.ts'
import { type Line, LineSplitter } from '../registry/lines.ts'
import { type BulkAnswers, BulkBatch, type BulkOptions, type BulkSummary } from './bulk-batch.ts'
import { refuseField } from './check.ts'
import type { Caller, Desk } from './door.ts'
import { TEMPLATES_KEPT_MAX } from './limits.ts'
import { tellRefusal } from './messages.ts'
import { DeskRefusal } from './refusal.ts'
import { RegistrationReader } from './registration.ts'
import { createTemplate, type Template } from './template.ts'

/** A batch that is being stored. */
interface Flight {
  readonly kind: 'landed'
  readonly answers: BulkAnswers
}

type Read = { readonly kind: 'read'; readonly chunk: Buffer | null }

/**
 * Registers a stream of lines and answers each. While one batch is being stored the next is
 * gathered, and what has gathered goes as soon as the way is free: a slow sender hears about
 * each line at once, a fast one shares its commits. Holds two batches, however long the stream.
 * @yields answers, one a line, several lines at a time; the summary last
 */
export async function* registerLines(
  desk: Desk, caller: Caller, chunks: AsyncIterable<Buffer>, options: BulkOptions, clock: Clock,
): AsyncGenerator<string> {
  const summary: BulkSummary = { read: 0, created: 0, replaced: 0, unchanged: 0, refused: 0 }
  const reader = new LineReader(desk, caller, clock)
  const splitter = new LineSplitter(LINE_BYTES_MAX)
  const iterator = chunks[Symbol.asyncIterator]()
  const read = (): Promise<Read> => {
    const chunk = iterator.next().then(({ done, value }): Read =>
      ({ kind: 'read', chunk: done === true ? null : value }))
    // Nobody may be waiting any more when the sender goes away.
    chunk.catch(() => undefined)
    return chunk
  }
  let batch = new BulkBatch()
  let flight: Promise<Flight> | null = null
  let next: Promise<Read> | null = read()
  const send = (): Promise<Flight> => {
    const sent = batch.send(desk, caller, options, summary)
    batch = new BulkBatch()
    return sent.then((answers) => ({ kind: 'landed', answers }))
  }
  let stopped: string | null = null
  while (stopped === null && (next !== null || flight !== null || !batch.isEmpty)) {
    // With a full batch waiting nothing more is read: the sender waits, as it should.
    const open: Promise<Read> | null = batch.isFull ? null : next
    const waits: Promise<Flight | Read>[] = [flight, open].filter((one) => one !== null)
    if (waits.length > 0) {
      const event: Flight | Read = await Promise.race(waits)
      if (event.kind === 'landed') {
        flight = null
        stopped = event.answers.stopped
        if (event.answers.text !== '') yield event.answers.text
      } else {
        const lines = event.chunk === null ? splitter.end() : splitter.push(event.chunk)
        for (const line of lines) {
          await reader.take(line, batch)
          if (!batch.isFull) continue
          if (flight !== null) {
            const landed: Flight = await flight
            stopped = landed.answers.stopped
            if (landed.answers.text !== '') yield landed.answers.text
            if (stopped !== null) break
          }
          flight = send()
        }
        next = event.chunk === null ? null : read()
      }
    }
    if (stopped === null && flight === null && !batch.isEmpty) flight = send()
  }
  yield `${JSON.stringify({ summary: stopped === null ? summary : { ...summary, stopped } })}\n`
}

/** Reads lines into registrations, each checked against its template. */
class LineReader {
  readonly #desk: Desk
  readonly #caller: Caller
  readonly #clock: Clock
  readonly #templates = new Map<string, Template | undefined>()
  readonly #reader = new RegistrationReader((prefix, version) =>
    this.#templates.get(`${prefix}/${version}`))
  #line = 0

  constructor(desk: Desk, caller: Caller, clock: Clock) {
    this.#desk = desk
    this.#caller = caller
    this.#clock = clock
  }

  /** Adds a line to a batch; an empty line is none. */
  async take(line: Line, batch: BulkBatch): Promise<void> {
    const number = ++this.#line
    if (typeof line === 'string' && line.trim() === '') return
    try {
      const json = parseLine(line)
      const missing = this.#missingTemplate(json)
      if (missing !== undefined) await this.#loadTemplate(...missing)
      batch.add(number, this.#reader.read(json, this.#clock.nowSeconds()))
    } catch (error) {
      if (!(error instanceof DeskRefusal)) throw error
      batch.refuse(number, tellRefusal(error, this.#caller.language))
    }
  }

  /** The template that a line names and that was not asked for before. */
  #missingTemplate(json: unknown): [prefix: string, version: string] | undefined {
    if (typeof json !== 'object' || json === null || !('template' in json)) return undefined
    const { template } = json
    if (typeof template !== 'string' || !('handle' in json)) return undefined
    const name = typeof json.handle === 'string' ? parseIdentifier(json.handle) : undefined
    if (name === undefined) return undefined
    const prefix = prefixOfKey(keyOf(name))
    return this.#templates.has(`${prefix}/${template}`) ? undefined : [prefix, template]
  }

  async #loadTemplate(prefix: string, version: string): Promise<void> {
    const found = await this.#desk.findTemplate(prefix, version, this.#caller)
    const body = found.kind === 'template' ? found.body : null
    if (this.#templates.size >= TEMPLATES_KEPT_MAX) this.#templates.clear()
    this.#templates.set(`${prefix}/${version}`, body === null ? undefined : createTemplate(body))
  }
}

function parseLine(line: Line): unknown {
  if (typeof line !== 'string') throw refuseField('', 'line-length')
  try {
    return JSON.parse(line)
  } catch {
    throw refuseField('', 'json')
  }
}
