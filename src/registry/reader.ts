import { foldAscii, type IdentifierKey, keyOf, prefixRecordName } from '../identifier/identifier.ts'
import type { Command, CommandResult, Identity } from '../record/command.ts'
import { rightsNeeded } from '../record/rights.ts'
import { refuse } from '../record/rules.ts'
import { selectValues } from '../wire/selection.ts'
import { type Asker, checkRights, lawOf, NOT_RESPONSIBLE, type Undecided } from './decide.ts'
import { listNames } from './listing.ts'
import { livesHere } from './record-view.ts'
import type { Registry } from './registry.ts'

export type ReadCommand = Extract<Command, { kind: 'read' | 'list' | 'list-prefixes' }>

/** Answers what needs a right but changes nothing: restricted values and listings. */
export class Reader {
  readonly #registry: Registry
  readonly #serverAdministrators: readonly Identity[]

  constructor(registry: Registry, serverAdministrators: readonly Identity[]) {
    this.#registry = registry
    this.#serverAdministrators = serverAdministrators
  }

  /** Answers, or says why not, or what would have to be looked up first. */
  async read(command: ReadCommand, asker: Asker): Promise<CommandResult | Undecided> {
    const refusal = this.check(command, asker)
    if (refusal !== undefined) return refusal
    switch (command.kind) {
      case 'read':
        return { kind: 'values', handle: command.handle, block: this.#select(command).block }
      case 'list':
        return listNames(this.#registry.store, command)
      case 'list-prefixes': {
        const prefixes = this.#registry.store.loadHomedPrefixes()
        const names = prefixes.map(prefixRecordName)
        return { kind: 'names', names, totalCount: names.length, next: null }
      }
    }
  }

  /** Why an asker does not get an answer; undefined when they do. */
  check(command: ReadCommand, asker: Asker): CommandResult | Undecided | undefined {
    if (command.kind === 'list-prefixes') return this.#checkRights(command, asker, null)
    if (command.kind === 'list') {
      if (!this.#registry.isHomed(foldAscii(command.prefix))) return NOT_RESPONSIBLE
      // Any name under the prefix has the prefix's record above it.
      return this.#checkRights(command, asker, keyOf(`${command.prefix}/`))
    }
    const key = keyOf(command.handle)
    if (!livesHere(this.#registry, key)) return NOT_RESPONSIBLE
    if (this.#registry.findRecord(key) === undefined) {
      return refuse('handle-not-found', 'There is no such identifier')
    }
    const selection = this.#select(command)
    if (selection.unreadable) {
      return refuse('insufficient-permissions', 'Nobody may read one of these values')
    }
    if (selection.count === 0) return refuse('values-not-found', 'There are no such values')
    if (selection.restrictedCount === 0) return undefined
    return this.#checkRights(command, asker, key)
  }

  #checkRights(
    command: ReadCommand, asker: Asker, key: IdentifierKey | null,
  ): CommandResult | Undecided | undefined {
    const law = lawOf(this.#registry, this.#registry.clock, this.#serverAdministrators)
    return checkRights(rightsNeeded(undefined, command), asker, law, key)
  }

  #select(command: Extract<ReadCommand, { kind: 'read' }>) {
    const record = this.#registry.findRecord(keyOf(command.handle))
    const block = record?.block ?? Buffer.alloc(4)
    const types = command.types?.map(foldAscii) ?? null
    const nowSeconds = this.#registry.clock.nowSeconds()
    return selectValues(block, command.indexes, types, false, nowSeconds)
  }
}
