import { type IdentifierKey, keyOf, parseIdentifier,
  prefixOfKey } from '../identifier/identifier.ts'
import type { DeskStore } from '../store/desk/desk-store.ts'
import type { Change } from '../store/store.ts'
import { decodeValues } from '../wire/values.ts'
import type { Actor } from './actor.ts'
import type { Mode, Row, RowResult } from './batch.ts'
import type { Context } from './operation.ts'
import { isServedHere, readApplication } from './prefix.ts'
import { identifiersLeft } from './quotas.ts'
import { partiesOf } from './sight.ts'
import { type TemplateBody, templateBody } from './template.ts'

const ASCII = /^[\x20-\x7e]*$/
/** Fewer rows are looked up one by one. */
const EXPECTED_ROWS_MIN = 32

type RecordChange = Extract<Change, { readonly key: IdentifierKey }>

/** Whether identifiers of a prefix may be registered by someone, and whose they are. */
type PrefixRight =
  | { readonly kind: 'open'; readonly organisation: string }
  | { readonly kind: 'closed'; readonly result: RowResult }

/** How many identifiers an organisation may still register. */
interface Stock {
  left: number
}

/** A prefix that identifiers are registered under, while the transaction lasts. */
type Ground =
  | { readonly kind: 'closed'; readonly result: RowResult }
  | {
      readonly kind: 'open'
      readonly prefix: string
      readonly organisation: string
      readonly stock: Stock
      readonly templates: Map<string, boolean>
      /** Identifiers that came and went. */
      added: number
    }
type OpenGround = Extract<Ground, { kind: 'open' }>

/** A template of a prefix that registrations may follow; undefined when there is none. */
export function findTemplateBody(
  store: DeskStore, prefix: string, version: string,
): TemplateBody | undefined {
  const row = store.templates.find(prefix, version)
  return row?.state === 'published' ? templateBody.parse(JSON.parse(row.body)) : undefined
}

/** Whether someone may register under a prefix (folded) here. */
function rightTo(context: Context, prefix: string, actor: Actor): PrefixRight {
  const row = context.store.applications.findByPrefix(prefix)
  if (row === undefined) return { kind: 'closed', result: 'not-yours' }
  if (!partiesOf(context.store, row, actor).includes('applicant')) {
    return { kind: 'closed', result: 'not-yours' }
  }
  if (row.state === 'suspended') return { kind: 'closed', result: 'suspended' }
  const application = readApplication(row)
  if (row.state !== 'enabled' || !isServedHere(context, application)) {
    return { kind: 'closed', result: 'not-homed' }
  }
  return { kind: 'open', organisation: row.organisation }
}

/** Registers or removes identifiers inside one transaction, row by row. */
export class Registrar {
  readonly #context: Context
  readonly #actor: Actor
  readonly #grounds = new Map<string, Ground>()
  readonly #stocks = new Map<string, Stock>()
  /** The prefix of the row before, with its slash: rows of one prefix come together. */
  #before: { readonly start: string; readonly ground: Ground } | null = null
  /** A range of names of which all that are there are known. */
  #free: {
    readonly from: IdentifierKey; readonly to: IdentifierKey
    readonly taken: ReadonlySet<IdentifierKey>
  } | null = null
  /** What was taken, while each key came behind all those before: then none came twice. */
  readonly #inOrder: RecordChange[] = []
  /** What was taken, by key, once one came out of order. */
  #byKey: Map<IdentifierKey, RecordChange> | null = null

  constructor(context: Context, actor: Actor) {
    this.#context = context
    this.#actor = actor
  }

  /**
   * Looks once for all rows which of their names are there, instead of once for each: in bulk,
   * names come in order, and few or none are.
   */
  expect(rows: readonly Row[]): void {
    const first = rows[0]
    if (first === undefined || rows.length < EXPECTED_ROWS_MIN) return
    const prefix = prefixOfKey(first.key)
    const start = `${prefix}/`
    let from = first.key
    let to = first.key
    for (const { key } of rows) {
      // Other text than ASCII has another order here than in the store.
      if (!key.startsWith(start) || !ASCII.test(key)) return
      if (key < from) from = key
      if (key > to) to = key
    }
    const { records } = this.#context
    const keys = records.findKeys(prefix, from, rows.length)
    const last = keys.at(-1)
    if (keys.length === rows.length && last !== undefined && last <= to) return
    const taken = new Set<IdentifierKey>(keys)
    if (records.findBlock(from) !== undefined) taken.add(from)
    this.#free = { from, to, taken }
  }

  /** Takes one registration. Nothing is written before `finish`. */
  register({ key, name, block, template, uniques }: Row, mode: Mode): RowResult {
    const ground = this.#groundOf(key)
    if (ground.kind === 'closed') return ground.result
    if (template !== null && !this.#isPublished(ground, template)) return 'template-unknown'
    const stored = this.#blockOf(key)
    if (stored === undefined) {
      if (mode === 'update') return 'not-found'
      if (ground.stock.left < 1) return 'register-limit'
    } else {
      if (mode === 'create') return 'handle-exists'
      if (stored.equals(block)) return 'unchanged'
    }
    if (!this.#claim(ground.prefix, key, uniques, stored !== undefined)) return 'item-unique'
    this.#take({ operation: 'put', key, name, block })
    if (stored !== undefined) return 'replaced'
    count(ground, 1)
    return 'created'
  }

  /** Removes one identifier. */
  remove(name: string): RowResult {
    if (parseIdentifier(name)?.includes('/') !== true) return 'not-found'
    const key = keyOf(name)
    const ground = this.#groundOf(key)
    if (ground.kind === 'closed') return ground.result
    if (this.#blockOf(key) === undefined) return 'not-found'
    this.#context.store.templates.dropUniques(key)
    this.#take({ operation: 'delete', key, name })
    count(ground, -1)
    return 'deleted'
  }

  /** Hands everything that was taken to the transaction. */
  finish(): void {
    const context = this.#context
    context.change(this.#byKey === null ? this.#inOrder : [...this.#byKey.values()])
    for (const ground of this.#grounds.values()) {
      if (ground.kind === 'closed' || ground.added === 0) continue
      context.store.usage.addIdentifiers(ground.prefix, ground.organisation, ground.added)
    }
  }

  #groundOf(key: IdentifierKey): Ground {
    if (this.#before !== null && key.startsWith(this.#before.start)) return this.#before.ground
    const prefix = prefixOfKey(key)
    let ground = this.#grounds.get(prefix)
    if (ground === undefined) {
      ground = this.#openGround(prefix)
      this.#grounds.set(prefix, ground)
    }
    this.#before = { start: `${prefix}/`, ground }
    return ground
  }

  #openGround(prefix: string): Ground {
    const right = rightTo(this.#context, prefix, this.#actor)
    if (right.kind === 'closed') return right
    const { organisation } = right
    let stock = this.#stocks.get(organisation)
    if (stock === undefined) {
      stock = { left: identifiersLeft(this.#context.store, organisation) }
      this.#stocks.set(organisation, stock)
    }
    return { kind: 'open', prefix, organisation, stock, templates: new Map(), added: 0 }
  }

  #isPublished({ prefix, templates }: OpenGround, version: string): boolean {
    let published = templates.get(version)
    if (published === undefined) {
      published = this.#context.store.templates.find(prefix, version)?.state === 'published'
      templates.set(version, published)
    }
    return published
  }

  /** Takes a change of a key that `#taken` was asked about. */
  #take(change: RecordChange): void {
    if (this.#byKey === null) this.#inOrder.push(change)
    else this.#byKey.set(change.key, change)
  }

  /** What this transaction has taken for a key. */
  #taken(key: IdentifierKey): RecordChange | undefined {
    if (this.#byKey === null) {
      const last = this.#inOrder.at(-1)
      if (last === undefined || key > last.key) return undefined
      this.#byKey = new Map(this.#inOrder.map((change) => [change.key, change]))
    }
    return this.#byKey.get(key)
  }

  /** The block as it will be: what this transaction has taken comes before what is stored. */
  #blockOf(key: IdentifierKey): Buffer | undefined {
    const taken = this.#taken(key)
    if (taken === undefined) {
      return this.#isFree(key) ? undefined : this.#context.records.findBlock(key)
    }
    return taken.operation === 'put' ? taken.block : undefined
  }

  /** Whether it is known that no record has this key. */
  #isFree(key: IdentifierKey): boolean {
    if (this.#free === null) return false
    const { from, to, taken } = this.#free
    return key >= from && key <= to && (taken.size === 0 || !taken.has(key))
  }

  /** Claims values that must be unique; false when another identifier has one of them. */
  #claim(
    prefix: string, key: IdentifierKey, uniques: Row['uniques'], replaces: boolean,
  ): boolean {
    const { templates } = this.#context.store
    for (const [item, value] of uniques) {
      const holder = templates.findUnique(prefix, item, value)
      if (holder !== undefined && holder !== key && this.#has(holder, item, value)) return false
    }
    if (replaces) templates.dropUniques(key)
    for (const [item, value] of uniques) templates.setUnique(prefix, item, value, key)
    return true
  }

  /** Other doors change records too, so that only the record itself says what it has. */
  #has(key: IdentifierKey, item: string, value: string): boolean {
    const block = this.#blockOf(key)
    return block !== undefined && decodeValues(block).some(({ type, data }) =>
      type === item && data.toString('utf8') === value)
  }
}

function count(ground: OpenGround, by: number): void {
  ground.added += by
  ground.stock.left -= by
}
