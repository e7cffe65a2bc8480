import { chmodSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { openReadStore, openStore, StoreOpenError } from '../../src/store/open.ts'
import { SCHEMA_VERSION } from '../../src/store/migrations.ts'
import { createValue } from '../../src/record/value.ts'
import { keyOf } from '../../src/identifier/identifier.ts'
import { createStore, putOf } from '../support/store.ts'

const origin = { actor: 'test', timeMs: 0 }

/** Opening must fail with one line for people that matches. */
const refuses = (t: Test, open: () => unknown, message: RegExp): void => {
  t.throws(open, { name: 'StoreOpenError', message })
  t.throws(open, StoreOpenError)
}

t.test('a writer makes the database, readers see what it commits', async (t) => {
  const { store, path } = createStore(t)
  const reader = openReadStore(path)
  t.equal(reader.findBlock(keyOf('88.1/A')), undefined)
  store.commit([putOf('88.1/A', [createValue(1, 'URL', 'x')])], origin)
  t.ok(reader.findBlock(keyOf('88.1/A')))
  reader.close()
  reader.close()
  t.equal(statSync(path).mode & 0o777, 0o600, 'only its owner may read it')
})

t.test('every commit is on the disk before it returns', async (t) => {
  const { store, path } = createStore(t)
  const database = new Database(path, { readonly: true })
  t.equal(database.pragma('journal_mode', { simple: true }), 'wal')
  database.close()
  // 2 is FULL; it belongs to the connection, so it is asked of the writer's own.
  const own = Object.getOwnPropertyDescriptor(store, 'database')?.value as Database.Database
  t.equal(own.pragma('synchronous', { simple: true }), 2)
})

t.test('a reader can not write', async (t) => {
  const { path } = createStore(t)
  const reader = openReadStore(path)
  const own = Object.getOwnPropertyDescriptor(reader, 'database')?.value as Database.Database
  t.throws(() => { own.exec("INSERT INTO prefixes VALUES ('x')") }, /readonly/)
  reader.close()
})

t.test('a damaged file is refused and left as it is', async (t) => {
  const path = join(t.testdir({ 'records.db': 'nonsense'.repeat(2000) }), 'records.db')
  refuses(t, () => openStore(path), /is damaged or no database.*restore it from a copy/)
  refuses(t, () => openReadStore(path), /is damaged/)
  t.equal(readFileSync(path, 'utf8'), 'nonsense'.repeat(2000))
})

t.test('a database of a newer version is refused and left as it is', async (t) => {
  const { store, path } = createStore(t)
  store.close()
  const database = new Database(path)
  database.pragma(`user_version = ${SCHEMA_VERSION + 1}`)
  database.close()
  refuses(t, () => openStore(path), /written by a newer version.*update the software/)
  refuses(t, () => openReadStore(path), /written by a newer version/)
})

t.test('an empty file is no store to read, but one to write', async (t) => {
  const path = join(t.testdir({ 'records.db': '' }), 'records.db')
  refuses(t, () => openReadStore(path), /holds no records yet/)
  openStore(path).close()
  t.equal(openReadStore(path).countRecords(), 0)
})

t.test('what is not there is not made by a reader', async (t) => {
  refuses(t, () => openReadStore(join(t.testdir(), 'none.db')), /none\.db can't be opened/)
})

t.test('a folder that is not there, and one that can not be written', async (t) => {
  const folder = t.testdir({ closed: {} })
  const missing = join(folder, 'closed', 'sub', 'records.db')
  refuses(t, () => openStore(missing), /sub\/records\.db can't be opened/)
  // Root may write everywhere: only for others the folder is closed.
  if (process.getuid?.() === 0) return
  chmodSync(join(folder, 'closed'), 0o500)
  refuses(t, () => openStore(join(folder, 'closed', 'records.db')), /owner and permissions/)
  chmodSync(join(folder, 'closed'), 0o700)
})
