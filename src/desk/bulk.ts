import { keyOf, parseIdentifier, prefixOfKey } from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import { LINE_BYTES_MAX } from '../registry/limits.ts'
import { type Line, LineSplitter } from '../registry/lines.ts'
import { type BulkAnswers, BulkBatch, type BulkOptions, type BulkSummary } from './bulk-batch.ts'
import { refuseField } from './check.ts'
import type { Caller, Desk } from './door.ts'
import { BULK_FLIGHT_COUNT_MAX, TEMPLATES_KEPT_MAX } from './limits.ts'
import { tellRefusal } from './messages.ts'
import { DeskRefusal } from './refusal.ts'
import { RegistrationReader } from './registration.ts'
import { createTemplate, type Template } from './template.ts'

type Landed = { readonly kind: 'landed'; readonly answers: BulkAnswers }
type Read = { readonly kind: 'read'; readonly chunk: Buffer | null }

/**
 * Registers a stream of lines and answers each. While one batch is being stored and another waits
 * for its turn, the next is gathered. What has gathered goes as soon as nothing is under way: a
 * slow sender hears about each line at once, a fast one shares its commits. Holds few batches,
 * however long the stream: with a full one waiting nothing more is read, so that the sender waits.
 * @yields answers, one a line, several lines at a time; the summary last
 */
export async function* registerLines(
  desk: Desk, caller: Caller, chunks: AsyncIterable<Buffer>, options: BulkOptions, clock: Clock,
): AsyncGenerator<string> {
  const summary: BulkSummary = { read: 0, created: 0, replaced: 0, unchanged: 0, refused: 0 }
  const reader = new LineReader(desk, caller, clock)
  const splitter = new LineSplitter(LINE_BYTES_MAX)
  const iterator = chunks[Symbol.asyncIterator]()
  const read = (): Promise<Read> => unheard(iterator.next().then(({ done, value }) =>
    ({ kind: 'read', chunk: done === true ? null : value })))
  const send = (batch: BulkBatch): Promise<Landed> =>
    unheard(batch.send(desk, caller, options, summary).then((answers) =>
      ({ kind: 'landed', answers })))
  let batch = new BulkBatch()
  let lines: Iterator<Line> | null = null
  let next: Promise<Read> | null = read()
  let stopped: BulkAnswers['stopped'] = null
  const flights: Promise<Landed>[] = []
  for (;;) {
    if (lines !== null && await reader.fill(batch, lines)) lines = null
    if (stopped === null && !batch.isEmpty
      && flights.length < (batch.isFull ? BULK_FLIGHT_COUNT_MAX : 1)) {
      flights.push(send(batch))
      batch = new BulkBatch()
      continue
    }
    const open = stopped === null && lines === null ? next : null
    const waits: Promise<Landed | Read>[] =
      [flights[0] ?? null, open].filter((one) => one !== null)
    if (waits.length === 0) break
    const event = await Promise.race(waits)
    if (event.kind === 'landed') {
      void flights.shift()
      stopped ??= event.answers.stopped
      if (event.answers.text !== '') yield event.answers.text
    } else {
      lines = event.chunk === null ? splitter.end() : splitter.push(event.chunk)
      next = event.chunk === null ? null : read()
    }
  }
  yield `${JSON.stringify({ summary: stopped === null ? summary : { ...summary, stopped } })}\n`
}

/** Nobody may be waiting for it any more when the sender goes away, or another one fails. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
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

  /** Adds lines to a batch until it is full. @returns whether there are none left */
  async fill(batch: BulkBatch, lines: Iterator<Line>): Promise<boolean> {
    while (!batch.isFull) {
      const line = lines.next()
      if (line.done === true) return true
      const asked = this.#take(line.value, batch)
      if (asked !== undefined) await asked
    }
    return false
  }

  /** Adds a line to a batch; an empty line is none. @returns a promise when that has to wait */
  #take(line: Line, batch: BulkBatch): Promise<void> | undefined {
    const number = ++this.#line
    if (typeof line === 'string' && line.trim() === '') return undefined
    const json = parseLine(line)
    const missing = this.#missingTemplate(json)
    if (missing !== undefined) {
      return this.#loadTemplate(...missing).then(() => {
        this.#add(number, json, batch)
      })
    }
    this.#add(number, json, batch)
    return undefined
  }

  #add(number: number, json: unknown, batch: BulkBatch): void {
    try {
      if (json instanceof DeskRefusal) throw json
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

/** @returns what the line says, or a refusal when that is no JSON */
function parseLine(line: Line): unknown {
  if (typeof line !== 'string') return refuseField('', 'line-length')
  try {
    return JSON.parse(line)
  } catch {
    return refuseField('', 'json')
  }
}
