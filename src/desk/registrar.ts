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

/** Whether identifiers of a prefix may be registered by someone, and whose they are. */
type PrefixRight =
  | { readonly kind: 'open'; readonly organisation: string }
  | { readonly kind: 'closed'; readonly result: RowResult }

/** A template of a prefix that registrations may follow; undefined when there is none. */
export function findTemplateBody(
  store: DeskStore, prefix: string, version: string,
): TemplateBody | undefined {
  const row = store.templates.find(prefix, version)
  return row?.state === 'published' ? templateBody.parse(JSON.parse(row.body)) : undefined
}

/** Whether someone may register under a prefix (folded) here. */
export function rightTo(context: Context, prefix: string, actor: Actor): PrefixRight {
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
  readonly #rights = new Map<string, PrefixRight>()
  readonly #left = new Map<string, number>()
  readonly #templates = new Map<string, boolean>()
  /** A range of names of which all that are there are known. */
  #free: {
    readonly from: IdentifierKey; readonly to: IdentifierKey
    readonly taken: ReadonlySet<IdentifierKey>
  } | null = null
  readonly #changes = new Map<IdentifierKey, Change>()
  readonly #counts = new Map<string, { organisation: string; added: number }>()

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
    let from = first.key
    let to = first.key
    for (const { key } of rows) {
      // Other text than ASCII has another order here than in the store.
      if (prefixOfKey(key) !== prefix || !ASCII.test(key)) return
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
    const prefix = prefixOfKey(key)
    const right = this.#rightTo(prefix)
    if (right.kind === 'closed') return right.result
    if (template !== null && !this.#isPublished(prefix, template)) return 'template-unknown'
    const stored = this.#blockOf(key)
    if (stored === undefined) {
      if (mode === 'update') return 'not-found'
      if (this.#leftOf(right.organisation) < 1) return 'register-limit'
    } else {
      if (mode === 'create') return 'handle-exists'
      if (stored.equals(block)) return 'unchanged'
    }
    if (!this.#claim(prefix, key, uniques, stored !== undefined)) return 'item-unique'
    this.#changes.set(key, { operation: 'put', key, name, block })
    if (stored !== undefined) return 'replaced'
    this.#count(prefix, right.organisation, 1)
    return 'created'
  }

  /** Removes one identifier. */
  remove(name: string): RowResult {
    if (parseIdentifier(name)?.includes('/') !== true) return 'not-found'
    const key = keyOf(name)
    const prefix = prefixOfKey(key)
    const right = this.#rightTo(prefix)
    if (right.kind === 'closed') return right.result
    if (this.#blockOf(key) === undefined) return 'not-found'
    this.#context.store.templates.dropUniques(key)
    this.#changes.set(key, { operation: 'delete', key, name })
    this.#count(prefix, right.organisation, -1)
    return 'deleted'
  }

  /** Hands everything that was taken to the transaction. */
  finish(): void {
    this.#context.change([...this.#changes.values()])
    for (const [prefix, { organisation, added }] of this.#counts) {
      if (added !== 0) this.#context.store.usage.addIdentifiers(prefix, organisation, added)
    }
  }

  #rightTo(prefix: string): PrefixRight {
    let right = this.#rights.get(prefix)
    if (right === undefined) {
      right = rightTo(this.#context, prefix, this.#actor)
      this.#rights.set(prefix, right)
    }
    return right
  }

  #isPublished(prefix: string, version: string): boolean {
    const id = `${prefix}/${version}`
    let published = this.#templates.get(id)
    if (published === undefined) {
      published = this.#context.store.templates.find(prefix, version)?.state === 'published'
      this.#templates.set(id, published)
    }
    return published
  }

  /** The block as it will be: what this transaction has taken comes before what is stored. */
  #blockOf(key: IdentifierKey): Buffer | undefined {
    const taken = this.#changes.get(key)
    if (taken === undefined) {
      const free = this.#free !== null && key >= this.#free.from && key <= this.#free.to
      return free && this.#free?.taken.has(key) === false
        ? undefined
        : this.#context.records.findBlock(key)
    }
    return taken.operation === 'put' ? taken.block : undefined
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

  #leftOf(organisation: string): number {
    let left = this.#left.get(organisation)
    if (left === undefined) {
      left = identifiersLeft(this.#context.store, organisation)
      this.#left.set(organisation, left)
    }
    return left
  }

  #count(prefix: string, organisation: string, by: number): void {
    const count = this.#counts.get(prefix)
    if (count === undefined) this.#counts.set(prefix, { organisation, added: by })
    else count.added += by
    this.#left.set(organisation, this.#leftOf(organisation) - by)
  }
}
