import { join } from 'node:path'
import type { Test } from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { GenerationTable } from '../../src/lib/generations.ts'
import type { HandleValue } from '../../src/record/value.ts'
import { Registry } from '../../src/registry/registry.ts'
import { openStore } from '../../src/store/open.ts'
import type { SqliteStore } from '../../src/store/sqlite-store.ts'
import type { Change } from '../../src/store/store.ts'
import { encodeValues } from '../../src/wire/values.ts'

/** A new database in a temporary folder; closed when the test ends. */
export function createStore(t: Test): { store: SqliteStore; path: string } {
  const path = join(t.testdir(), 'records.db')
  const store = openStore(path)
  t.teardown(() => { store.close() })
  return { store, path }
}

/** A registry over a new database, with a clock that is moved by hand. */
export function createRegistry(t: Test) {
  const { store, path } = createStore(t)
  const generations = GenerationTable.create(4096)
  const clock = {
    seconds: 1_700_000_000,
    nowSeconds: () => clock.seconds,
    nowMs: () => clock.seconds * 1000,
    elapsedMs: () => clock.seconds * 1000,
  }
  const registry = new Registry({ store, generations, clock })
  return { store, path, generations, clock, registry }
}

/** The change that puts a record in place. */
export function putOf(name: string, values: readonly HandleValue[]): Change {
  return { operation: 'put', key: keyOf(name), name, block: encodeValues(values) }
}
