import t from 'tap'
import { keyOf, parseIdentifier } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import type { WriteCommand } from '../../src/registry/decide.ts'
import { StoreWriteError } from '../../src/store/store.ts'
import { decodeValues } from '../../src/wire/values.ts'
import { proofOf } from '../support/access-matrix.ts'
import { createAdministrator } from '../support/administrator.ts'

const asker = { identity: proofOf('prefix admin')!.identity, foreign: new Map() }
const stranger = { identity: proofOf('stranger')!.identity, foreign: new Map() }
const handle = parseIdentifier('88.1/W')!
const T = parseIdentifier('88.1/T')!
const value = (data: string, index = 1) => createValue(index, 'URL', data)
const create: WriteCommand = {
  kind: 'create', handle, values: [value('0')], overwrite: false, mint: false,
}

t.test('commands of one turn share a commit, each sees those before it', async (t) => {
  const commits: [number, number][] = []
  const { writer, store } = createAdministrator(t, {
    gauge: { onCommit: (...sizes) => commits.push(sizes) },
  })
  const before = store.findLastChange()!.number
  const results = await Promise.all([
    writer.submit(create, asker),
    writer.submit(create, asker),
    writer.submit({ kind: 'add', handle, values: [value('1', 2)], overwrite: false }, stranger),
    writer.submit({ kind: 'add', handle, values: [value('1', 2)], overwrite: false }, asker),
    writer.submit({ kind: 'modify', handle, values: [value('2', 2)] }, asker),
    writer.submit({ kind: 'remove', handle, indexes: [1] }, asker),
    writer.submit({ kind: 'remove', handle, indexes: [1] }, asker),
  ])
  t.same(results.map((result) => result.kind === 'refused' ? result.reason : result.kind), [
    'done', 'handle-exists', 'invalid-administrator', 'done', 'done', 'done', 'values-not-found',
  ])
  t.same(commits, [[4, 0]], 'one commit, and a refusal is no part of it')
  t.equal(store.findLastChange()?.number, before + 4)
  t.same(decodeValues(store.findBlock(keyOf('88.1/W'))!).map(({ index, data }) =>
    [index, data.toString()]), [[2, '2']])
  t.match(store.verifyChanges(), { fault: null })
})

t.test('told after the commit, and only then seen', async (t) => {
  const { writer, generations } = createAdministrator(t)
  const slot = generations.slotOf(keyOf('88.1/W'))
  const before = generations.get(slot)
  const done = writer.submit(create, asker)
  t.equal(generations.get(slot), before)
  await done
  t.equal(generations.get(slot), before + 1)
})

t.test('a disk that takes nothing refuses all of it, and then goes on', async (t) => {
  const { writer, store } = createAdministrator(t)
  const { commitGroups } = store
  store.commitGroups = () => { throw new StoreWriteError('The disk is full; nothing was changed') }
  const results = await Promise.all([writer.submit(create, asker), writer.submit(create, asker)])
  for (const result of results) t.match(result, { kind: 'refused', reason: 'read-only' })
  store.commitGroups = commitGroups
  t.match(await writer.submit(create, asker), { kind: 'done' })
})

t.test('a record that can not be read costs only the commands on it', async (t) => {
  const { writer, registry } = createAdministrator(t)
  const name = '88.1/BROKEN'
  const block = Buffer.from('00000001ff', 'hex')
  registry.execute([{ operation: 'put', key: keyOf(name), name, block }], 'test')
  const broken = parseIdentifier(name)!
  const [bad, good] = await Promise.all([
    writer.submit({ kind: 'delete', handle: broken }, asker), writer.submit(create, asker),
  ])
  t.match([bad, good], [{ kind: 'refused', reason: 'failed' }, { kind: 'done' }])
})

t.test('the queue has an end', async (t) => {
  const { writer } = createAdministrator(t)
  const all = Array.from({ length: 8300 }, () =>
    writer.submit({ kind: 'modify', handle: T, values: [value('x')] }, asker))
  t.equal(writer.waitingCount, 8192)
  const results = await Promise.all(all)
  t.equal(results.filter(({ kind }) => kind === 'done').length, 8192)
  t.equal(results.filter((result) =>
    result.kind === 'refused' && result.reason === 'busy').length, 108)
})
