import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import { openStore } from '../../src/store/open.ts'
import type { Change } from '../../src/store/store.ts'
import { createStore, putOf } from '../support/store.ts'

const origin = { actor: 'test', timeMs: 1_700_000_000_000 }
const put = (name: string, data: string): Change => putOf(name, [createValue(1, 'URL', data)])
const remove = (name: string): Change => ({ operation: 'delete', key: keyOf(name), name })

t.test('put, put again in another spelling, delete', async (t) => {
  const { store } = createStore(t)
  store.commit([put('88.1/a', 'one')], origin)
  store.commit([put('88.1/A', 'two')], origin)
  t.match(store.findRecord(keyOf('88.1/A')), { name: '88.1/a' }, 'the first spelling stays')
  t.ok(store.findBlock(keyOf('88.1/A'))?.includes('two'))
  t.equal(store.countRecords(), 1)
  store.commit([remove('88.1/A'), remove('88.1/never')], origin)
  t.equal(store.findRecord(keyOf('88.1/A')), undefined)
  t.equal(store.countRecords(), 0)
})

t.test('many changes of one commit are made in their order', async (t) => {
  const { store } = createStore(t)
  store.commit([put('88.1/5', 'old')], origin)
  const numbers = Array.from({ length: 30 }, (_unused, i) => i)
  store.commit([
    ...numbers.map((i) => put(`88.1/${i}`, `first ${i}`)),
    put('88.1/7', 'second 7'), remove('88.1/8'), put('88.1/9', 'second 9'),
    ...numbers.slice(0, 5).flatMap((i) => [put('88.1/x', `a ${i}`), put('88.1/X', `b ${i}`)]),
  ], origin)
  t.equal(store.countRecords(), 30)
  const holds = (name: string, data: string) =>
    t.ok(store.findBlock(keyOf(name))?.includes(data), `${name} ${data}`)
  holds('88.1/5', 'first 5')
  holds('88.1/7', 'second 7')
  holds('88.1/9', 'second 9')
  holds('88.1/x', 'b 4')
  t.equal(store.findRecord(keyOf('88.1/x'))?.name, '88.1/x', 'the first spelling stays')
  t.equal(store.findBlock(keyOf('88.1/8')), undefined)
  t.same(store.verifyChanges(), { sound: 44, fault: null })
})

t.test('groups of one commit are made in their order, each in its actor\'s name', async (t) => {
  const { store } = createStore(t)
  const groups = Array.from({ length: 21 }, (_unused, i) => ({
    actor: `${i}:88/A`, changes: [put(`88.1/${i % 20}`, `by ${i}`)],
  }))
  store.commitGroups([...groups, { actor: 'last', changes: [remove('88.1/3')] }], 7)
  t.equal(store.countRecords(), 19)
  t.ok(store.findBlock(keyOf('88.1/0'))?.includes('by 20'), 'the later one stays')
  const log = [...store.changes()].map(({ actor, name, timeMs }) => [actor, name, timeMs])
  t.same(log, [
    ...groups.map(({ actor }, i) => [actor, `88.1/${i % 20}`, 7]), ['last', '88.1/3', 7],
  ])
  t.same(store.verifyChanges(), { sound: 22, fault: null })
})

t.test('prefixes are homed and unhomed, again and again', async (t) => {
  const { store } = createStore(t)
  store.commit(['88.1', '88.2', '88.1'].map((prefix) => ({ operation: 'home', prefix })), origin)
  t.same(store.loadHomedPrefixes(), ['88.1', '88.2'])
  store.commit([{ operation: 'unhome', prefix: '88.1' }], origin)
  store.commit([{ operation: 'unhome', prefix: '88.1' }], origin)
  t.same(store.loadHomedPrefixes(), ['88.2'])
  t.same(['88.1', '88.2', '88'].map((prefix) => store.isHomed(prefix)), [false, true, false])
})

t.test('all of a commit or nothing of it', async (t) => {
  const { store } = createStore(t)
  store.commit([put('88.1/A', 'kept')], origin)
  const broken = { ...put('88.1/C', 'x'), block: 'no bytes' } as unknown as Change
  t.throws(() => { store.commit([put('88.1/B', 'x'), remove('88.1/A'), broken], origin) })
  t.equal(store.findBlock(keyOf('88.1/B')), undefined)
  t.ok(store.findBlock(keyOf('88.1/A'))?.includes('kept'))
  t.equal(store.countRecords(), 1)
  store.commit([put('88.1/D', 'x')], origin)
  t.same(store.verifyChanges(), { sound: 2, fault: null }, 'the log has no gap')
})

/** A store with three changes that was closed, and a way to edit its log behind its back. */
const tampered = (t: Test, sql: string) => {
  const { store, path } = createStore(t)
  for (const name of ['88.1/A', '88.1/B', '88.1/C']) store.commit([put(name, 'x')], origin)
  store.close()
  const database = new Database(path)
  database.exec('DROP TRIGGER changes_are_not_updated; DROP TRIGGER changes_are_not_deleted')
  database.exec(sql)
  database.close()
  const again = openStore(path)
  t.teardown(() => { again.close() })
  return again
}

t.test('every change is in the log, chained, also over a restart', async (t) => {
  const store = tampered(t, '')
  t.same(store.verifyChanges(), { sound: 3, fault: null })
  store.commit([remove('88.1/A'), { operation: 'home', prefix: '88.1' }], origin)
  t.same(store.verifyChanges(), { sound: 5, fault: null })
  t.same(store.findLastChange(), { number: 5, timeMs: origin.timeMs })
})

t.test('a log that was edited is found out, at the first wrong entry', async (t) => {
  const edits: [sql: string, found: { sound: number; fault: RegExp }][] = [
    ["UPDATE changes SET actor = 'other' WHERE number = 2", { sound: 1, fault: /change 2 is not/ }],
    ["UPDATE changes SET block = x'00000000' WHERE number = 3", { sound: 2, fault: /change 3/ }],
    ['UPDATE changes SET time_ms = 1 WHERE number = 1', { sound: 0, fault: /change 1 is not/ }],
    ['DELETE FROM changes WHERE number = 2', { sound: 1, fault: /change 2 is missing/ }],
    ["UPDATE changes SET hash = zeroblob(32) WHERE number = 1", { sound: 0, fault: /change 1/ }],
  ]
  for (const [sql, found] of edits) t.match(tampered(t, sql).verifyChanges(), found, sql)
})

t.test('a second writer waits for no one: the first has the database', async (t) => {
  const { store, path } = createStore(t)
  const other = openStore(path)
  other.commit([put('88.1/A', 'x')], origin)
  other.close()
  // The log went on without it, so its own next entry has a number that is taken.
  t.throws(() => { store.commit([put('88.1/B', 'x')], origin) }, /UNIQUE/)
  t.equal(store.findBlock(keyOf('88.1/B')), undefined)
})
