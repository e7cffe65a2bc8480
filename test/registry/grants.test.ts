import t from 'tap'
import { type IdentifierKey, keyOf } from '../../src/identifier/identifier.ts'
import { encodeAdminRecord } from '../../src/record/admin.ts'
import { createValue, type ValueReference } from '../../src/record/value.ts'
import { encodeValueList } from '../../src/record/value-list.ts'
import { grantsOf, isMember } from '../../src/registry/grants.ts'

const me = { handle: '88.1/me', index: 300 }
const admin = (handle: string, index: number, permissions: number) =>
  createValue(100, 'hs_admin', encodeAdminRecord({
    handle, index, permissions, legacyByteLength: true,
  }))
const group = (index: number, ...members: ValueReference[]) =>
  createValue(index, 'HS_VLIST', encodeValueList(members))
const none = () => null
const to = (handle: string, index = 0): ValueReference => ({ handle, index })

t.test('rights add up over the values that name someone', async (t) => {
  const values = [
    admin('88.1/ME', 300, 1), admin('88.1/me', 0, 2), admin('88.1/me', 301, 4),
    admin('88.1/other', 300, 8), createValue(5, 'URL', 'x'), createValue(6, 'HS_ADMIN', 'broken'),
  ]
  t.equal(grantsOf(me, values, none).permissions, 3)
})

t.test('groups are followed, each once, across records', async (t) => {
  const records: Record<string, ReturnType<typeof group>[]> = {
    '88.1/OUTER': [group(200, to('88.1/inner', 200), to('88.1/outer', 200))],
    '88.1/INNER': [group(200, me), group(201, to('88.1/nobody'))],
    '88.1/BROKEN': [createValue(200, 'HS_VLIST', 'x')],
  }
  const find = (key: IdentifierKey) => records[key] ?? null
  const member = (reference: ValueReference) => isMember(me, [reference], find, new Set())
  t.ok(member(to('88.1/outer', 200)))
  t.ok(member(to('88.1/inner')), 'index 0: any of its groups')
  t.notOk(member(to('88.1/inner', 201)))
  t.notOk(member(to('88.1/broken', 200)))
})

t.test('neither depth nor width is without end', async (t) => {
  let looked = 0
  const deep = (key: IdentifierKey) => {
    looked++
    return [group(1, to(`${key}X`, 1))]
  }
  t.notOk(isMember(me, [to('88.1/a', 1)], deep, new Set()))
  t.equal(looked, 11)
  const wide = [group(1, ...Array.from({ length: 5000 }, (_, i) => to(`88.1/${i}`, 1)))]
  looked = 0
  isMember(me, [to('88.1/wide', 1)], (key) => {
    looked++
    return key === '88.1/WIDE' ? wide : null
  }, new Set())
  t.equal(looked, 1000)
})

t.test('what could not be looked into is named', async (t) => {
  const unknown = new Set<IdentifierKey>()
  t.notOk(isMember(me, [to('77.1/group', 1)], () => undefined, unknown))
  t.same([...unknown], [keyOf('77.1/GROUP')])
})
