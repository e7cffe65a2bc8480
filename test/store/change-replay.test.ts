import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { openStore } from '../../src/store/open.ts'
import { createValue } from '../../src/record/value.ts'
import { createStore, putOf } from '../support/store.ts'

/** What is found after someone edited the database behind the store's back. */
const faultAfter = (t: Test, sql: string) => {
  const { store, path } = createStore(t)
  const values = [createValue(1, 'URL', 'x')]
  const origin = { actor: 'test', timeMs: 1 }
  const gone = { operation: 'delete', key: keyOf('88.1/GONE'), name: '88.1/gone' } as const
  store.commit([
    { operation: 'home', prefix: '88.1' }, { operation: 'home', prefix: '88.2' },
    putOf('88.1/a', values), putOf('88.1/ü', values), putOf('88.3', values),
    putOf('88.1/gone', values),
  ], origin)
  store.commit([gone, { operation: 'unhome', prefix: '88.2' }], origin)
  store.commit([putOf('88.1/a', [createValue(1, 'URL', 'y')]), putOf('88.1/last', values)], origin)
  store.close()
  const database = new Database(path)
  database.exec('DROP TRIGGER changes_are_not_updated; DROP TRIGGER changes_are_not_deleted')
  database.exec(sql)
  database.close()
  const again = openStore(path)
  t.teardown(() => { again.close() })
  return again.verifyChanges()
}

t.test('a sound log is compared with what is stored', async (t) => {
  t.same(faultAfter(t, ''), { sound: 10, fault: null })
  const edits: [sql: string, fault: RegExp][] = [
    ['DELETE FROM changes WHERE number > 8', /record 88\.1\/A is not what the log says/],
    ['DELETE FROM changes WHERE number > 9', /record 88\.1\/LAST is not/],
    ['DELETE FROM changes WHERE number > 5', /record 88\.1\/A is not/],
    ["UPDATE records SET block = x'00000000' WHERE key = '0.NA/88.3'", /record 0\.NA\/88\.3 is/],
    ["INSERT INTO records VALUES ('88.1/NEW', NULL, x'00000000')", /record 88\.1\/NEW is not/],
    ["DELETE FROM records WHERE key = '88.1/ü'", /record 88\.1\/ü is not/],
    ["INSERT INTO prefixes VALUES ('88.2')", /prefix 88\.2 is not homed as/],
    ["DELETE FROM prefixes WHERE prefix = '88.1'", /prefix 88\.1 is not homed as/],
  ]
  for (const [sql, fault] of edits) t.match(faultAfter(t, sql).fault, fault, sql)
})

t.test('entries that changed places are found', async (t) => {
  const swap = [[3, -1], [4, 3], [-1, 4]].map(([from, to]) =>
    `UPDATE changes SET number = ${to} WHERE number = ${from}`)
  t.match(faultAfter(t, swap.join(';')), { sound: 2, fault: /change 3 is not what was written/ })
})

t.test('each record is looked at once, however many there are', async (t) => {
  const { store } = createStore(t)
  const changes = Array.from({ length: 30_000 }, (_, i) => putOf(`88.1/${i}`, []))
  store.commit(changes, { actor: 'test', timeMs: 1 })
  // Comparing each with each would take minutes, and tap's patience ends before that.
  t.same(store.verifyChanges(), { sound: 30_000, fault: null })
})
