import { type IdentifierKey, keyOf } from '../../src/identifier/identifier.ts'
import { type Counter, CounterTable } from '../../src/lib/counters.ts'
import { GenerationTable } from '../../src/lib/generations.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { HandleValue } from '../../src/record/value.ts'
import { AnswerCache } from '../../src/cache/answer-cache.ts'
import { RESOLVER_COUNTERS, type ResolverCounter } from '../../src/resolver/counters.ts'
import { Resolver } from '../../src/resolver/resolver.ts'
import { HOMED_GENERATION, type ReadStore, type StoredRecord } from '../../src/store/store.ts'
import { encodeValues } from '../../src/wire/values.ts'

/** Records in a map, for tests of what reads a store; counts its reads and fails on demand. */
export class MemoryStore implements ReadStore {
  readonly blocks = new Map<string, Buffer>()
  readonly homed = new Set<string>()
  readCount = 0
  failing = false

  put(name: string, values: readonly HandleValue[]): IdentifierKey {
    const key = keyOf(name)
    this.blocks.set(key, encodeValues(values))
    return key
  }

  findBlock(key: IdentifierKey): Buffer | undefined {
    this.readCount++
    if (this.failing) throw new Error('disk I/O error')
    return this.blocks.get(key)
  }

  findRecord(key: IdentifierKey): StoredRecord | undefined {
    const block = this.findBlock(key)
    return block === undefined ? undefined : { name: key, block }
  }

  loadHomedPrefixes(): string[] {
    return [...this.homed].sort()
  }

  isHomed(prefix: string): boolean {
    return this.homed.has(prefix)
  }

  countRecords(): number {
    return this.blocks.size
  }

  findKeys(prefix: string, after: IdentifierKey | null, countMax: number): IdentifierKey[] {
    return [...this.blocks.keys()]
      .filter((key) => key.startsWith(`${prefix}/`) && (after === null || key > after))
      .sort()
      .slice(0, countMax)
      .map(keyOf)
  }

  *records(): IterableIterator<StoredRecord & { key: IdentifierKey }> {
    for (const [key, block] of this.blocks) {
      yield { key: key as IdentifierKey, name: key, block }
    }
  }

  close(): void {
    this.blocks.clear()
  }
}

export interface ResolverSetting {
  readonly store: MemoryStore
  readonly generations: GenerationTable
  readonly resolver: Resolver
  readonly cache: AnswerCache
  readonly clock: Clock & { seconds: number }
  readonly storeErrors: unknown[]
  /** Tells the resolver that a name changed, as the writer does after a commit. */
  changed(key: string): void
}

/** A resolver over records in memory, with a clock that stands still. */
export function createResolverSetting(
  homed: readonly string[] = [],
  counters: Counter<ResolverCounter> = CounterTable.create(RESOLVER_COUNTERS),
): ResolverSetting {
  const store = new MemoryStore()
  for (const prefix of homed) store.homed.add(prefix)
  const generations = GenerationTable.create(4096)
  const cache = new AnswerCache(1_000_000)
  const clock = {
    seconds: 1_700_000_000,
    nowSeconds: () => clock.seconds,
    nowMs: () => clock.seconds * 1000,
    elapsedMs: () => clock.seconds * 1000,
  }
  const storeErrors: unknown[] = []
  const resolver = new Resolver({
    store, cache, generations, clock, isOwnKey: null, onStoreError: (e) => storeErrors.push(e),
    counters,
  })
  const changed = (key: string): void => {
    generations.bump(generations.slotOf(key))
  }
  return { store, generations, resolver, cache, clock, storeErrors, changed }
}

export { HOMED_GENERATION }
