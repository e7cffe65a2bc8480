import t from 'tap'
import { keyOf, parseIdentifier } from '../../src/identifier/identifier.ts'
import { AdminPermission as P } from '../../src/record/admin.ts'
import type { Command } from '../../src/record/command.ts'
import { recordAbove, rightsNeeded } from '../../src/record/rights.ts'
import { createValue, type HandleValue } from '../../src/record/value.ts'

const handle = parseIdentifier('88.1/R')!
const value = (index: number, type = 'URL', rest: Partial<HandleValue> = {}) =>
  createValue(index, type, 'x', rest)
const admin = (index: number) => value(index, 'HS_ADMIN')
const open = value(2, 'URL', { permissions: 0x0f })
const secret = value(4, 'KEY', { permissions: 0x0c })
const locked = value(3, 'URL', { permissions: 0x0a })
const current = [value(1), open, locked, secret, admin(100)]
const bits = (command: Command, of: readonly HandleValue[] | undefined = current) => {
  const needed = rightsNeeded(of, command)
  return needed === null || needed === 'server' ? needed : needed.map((one) => one.permissions)
}
const over = (values: readonly HandleValue[]) =>
  bits({ kind: 'create', handle, values, overwrite: true, mint: false })?.[0]

t.test('the bits that each change takes', async (t) => {
  const modify = (...values: HandleValue[]) => bits({ kind: 'modify', handle, values })
  const add = (...values: HandleValue[]) => bits({ kind: 'add', handle, values, overwrite: true })
  const remove = (...indexes: number[]) => bits({ kind: 'remove', handle, indexes })
  t.same(modify(value(1)), [P.modifyValue])
  t.equal(modify(value(2)), null, 'an open value')
  t.same(modify(value(2), value(1)), [P.modifyValue])
  t.same(modify(admin(2)), [P.modifyValue | P.addAdmin], 'no administrator for nothing')
  t.same(modify(admin(100)), [P.modifyAdmin])
  t.same(modify(value(100)), [P.removeAdmin | P.modifyValue])
  t.same(modify(value(100, 'hs_admin')), [P.modifyAdmin], 'in any case')
  t.same(add(value(9), admin(101)), [P.addValue | P.addAdmin])
  t.same(add(open), [P.addValue], 'adding is never for nothing')
  t.same(add(), [P.addValue])
  t.same(remove(1, 100), [P.removeValue | P.removeAdmin])
})

t.test('overwriting takes what the difference takes, or a right over the whole', async (t) => {
  t.same(bits({ kind: 'create', handle, values: current, overwrite: true, mint: false }),
    [P.modifyValue, P.addAdmin, P.deleteHandle])
  t.equal(over([...current, value(9)]), P.addValue | P.modifyValue)
  t.equal(over(current.filter(({ index }) => index !== 1)), P.removeValue | P.modifyValue)
  t.equal(over(current.filter(({ index }) => index !== 3)), P.addAdmin, 'a locked value goes')
})

t.test('what is hidden never tells by the right that it takes', async (t) => {
  const guess = (data: string) =>
    over(current.map((one) => one.index === 4 ? { ...one, data: Buffer.from(data) } : one))
  t.equal(guess('x'), guess('another'))
})

t.test('which record stands above another', async (t) => {
  const cases = [
    ['88.1/P', '0.NA/88.1'], ['0.NA/88.1.2', '0.NA/88.1'], ['0.NA/88', '0.NA/0.NA'],
    ['0.SITE/x', '0.NA/0.SITE'],
  ]
  for (const [name = '', above = ''] of cases) t.equal(recordAbove(keyOf(name)), above)
})
