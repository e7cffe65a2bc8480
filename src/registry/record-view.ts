import { isKeyHomed } from '../identifier/homing.ts'
import type { IdentifierKey } from '../identifier/identifier.ts'
import type { HandleValue } from '../record/value.ts'
import type { Change, StoredRecord } from '../store/store.ts'
import { decodeValues } from '../wire/values.ts'

/** Records as they stand when something is decided. */
export interface RecordView {
  findRecord(key: IdentifierKey): StoredRecord | undefined
  /** The values of a record; null when there is none. */
  findValues(key: IdentifierKey): readonly HandleValue[] | null
  /** Whether names under a prefix (folded) live here. */
  isHomed(prefix: string): boolean
}

/** Whether a name's record, if there is one, is kept here. */
export function livesHere(view: Pick<RecordView, 'isHomed'>, key: IdentifierKey): boolean {
  return isKeyHomed(key, { has: (prefix) => view.isHomed(prefix) })
}

/** The values of a record; null when there is none. */
export function valuesOf(record: StoredRecord | undefined): readonly HandleValue[] | null {
  return record === undefined ? null : decodeValues(record.block)
}

/**
 * Records as they will be once the changes gathered so far are committed. Each is read and
 * decoded at most once: the commands of one transaction mostly ask for the same prefix's rights.
 */
export class PendingView implements RecordView {
  readonly #base: RecordView
  readonly #records = new Map<IdentifierKey, StoredRecord | undefined>()
  readonly #values = new Map<IdentifierKey, readonly HandleValue[] | null>()
  readonly #homed = new Map<string, boolean>()

  constructor(base: RecordView) {
    this.#base = base
  }

  findRecord(key: IdentifierKey): StoredRecord | undefined {
    if (this.#records.has(key)) return this.#records.get(key)
    const record = this.#base.findRecord(key)
    this.#records.set(key, record)
    return record
  }

  findValues(key: IdentifierKey): readonly HandleValue[] | null {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const values = this.#records.has(key)
      ? valuesOf(this.#records.get(key))
      : this.#base.findValues(key)
    this.#values.set(key, values)
    return values
  }

  isHomed(prefix: string): boolean {
    return this.#homed.get(prefix) ?? this.#base.isHomed(prefix)
  }

  /** Takes a change in, so that what is decided next sees it. */
  add(change: Change): void {
    if ('key' in change) this.#values.delete(change.key)
    switch (change.operation) {
      case 'put':
        this.#records.set(change.key, { name: change.name, block: change.block })
        break
      case 'delete':
        this.#records.set(change.key, undefined)
        break
      case 'home':
      case 'unhome':
        this.#homed.set(change.prefix, change.operation === 'home')
        break
    }
  }
}
