import { isUtf8 } from 'node:buffer'
import { keyOf, parseIdentifier, prefixOfKey } from '../identifier/identifier.ts'
import type { Clock } from '../lib/clock.ts'
import { parseJson } from '../lib/json.ts'
import { LINE_BYTES_MAX } from '../registry/limits.ts'
import { endOfLine, lineText } from '../registry/lines.ts'
import type { BulkBatch } from './bulk-batch.ts'
import { refuseField } from './check.ts'
import type { Caller, Desk } from './door.ts'
import { TEMPLATES_KEPT_MAX } from './limits.ts'
import { tellRefusal } from './messages.ts'
import { PlainRegistrationReader } from './plain-registration.ts'
import { DeskRefusal } from './refusal.ts'
import { RegistrationReader } from './registration.ts'
import { createTemplate, type Template } from './template.ts'

/** Lines of a stream, read into registrations, each checked against its template. */
export class BulkLines {
  readonly #desk: Desk
  readonly #caller: Caller
  readonly #clock: Clock
  readonly #templates = new Map<string, Template | undefined>()
  readonly #reader = new RegistrationReader((prefix, version) =>
    this.#templates.get(`${prefix}/${version}`))
  readonly #plain = new PlainRegistrationReader()
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #valid = true
  #line = 0

  constructor(desk: Desk, caller: Caller, clock: Clock) {
    this.#desk = desk
    this.#caller = caller
    this.#clock = clock
  }

  /** Whether every line that was opened has been read. */
  get isDone(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** Takes bytes of whole lines, once those before have been read. */
  open(bytes: Buffer): void {
    this.#bytes = bytes
    this.#at = 0
    // Else its text is read with replacement characters, as every reader of text does.
    this.#valid = isUtf8(bytes)
  }

  /** Adds lines to a batch until it is full, or there are none left. */
  async fill(batch: BulkBatch): Promise<void> {
    const nowSeconds = this.#clock.nowSeconds()
    while (!this.isDone && !batch.isFull) {
      const next = this.#valid
        ? this.#plain.read(this.#bytes, this.#at, batch.packer, nowSeconds)
        : -1
      if (next >= 0) {
        this.#at = next
        batch.note(++this.#line)
        continue
      }
      const asked = this.#take(this.#nextLine(), batch)
      if (asked !== undefined) await asked
    }
  }

  /** The text of a line that is read the long way; a refusal when it is too long. */
  #nextLine(): string | DeskRefusal {
    const at = this.#at
    const end = endOfLine(this.#bytes, at)
    this.#at = end + 1
    return end - at > LINE_BYTES_MAX
      ? refuseField('', 'line-length')
      : lineText(this.#bytes, at, end)
  }

  /** Adds a line to a batch; an empty line is none. @returns a promise when that has to wait */
  #take(line: string | DeskRefusal, batch: BulkBatch): Promise<void> | undefined {
    const number = ++this.#line
    if (typeof line === 'string' && line.trim() === '') return undefined
    const json = typeof line === 'string' ? parseLine(line) : line
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
function parseLine(line: string): unknown {
  const json = parseJson(line)
  return json === undefined ? refuseField('', 'json') : json
}
