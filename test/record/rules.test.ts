import fc from 'fast-check'
import t from 'tap'
import { parseIdentifier } from '../../src/identifier/identifier.ts'
import { RECORD_BYTES_MAX, VALUE_COUNT_MAX } from '../../src/record/limits.ts'
import { apply, type RecordCommand, type Verdict } from '../../src/record/rules.ts'
import { createValue, type HandleValue } from '../../src/record/value.ts'
import { encodeValues } from '../../src/wire/values.ts'

const handle = parseIdentifier('88.1/R')!
const value = (index: number, data = 'x', rest: Partial<HandleValue> = {}) =>
  createValue(index, 'URL', data, rest)
const stored = (index: number, data = 'x') => value(index, data, { timestamp: 100 })
const create = (values: readonly HandleValue[], overwrite = false): RecordCommand =>
  ({ kind: 'create', handle, values, overwrite, mint: false })
const add = (values: readonly HandleValue[], overwrite = false): RecordCommand =>
  ({ kind: 'add', handle, values, overwrite })
const modify = (...values: readonly HandleValue[]): RecordCommand =>
  ({ kind: 'modify', handle, values })
const remove = (...indexes: readonly number[]): RecordCommand =>
  ({ kind: 'remove', handle, indexes })
const told = (verdict: Verdict) => verdict.kind === 'put'
  ? [verdict.created, ...verdict.values.map(({ index, data, timestamp }) =>
      `${index}=${data.toString()}@${timestamp}`)]
  : verdict.kind === 'refused' ? [verdict.reason, ...verdict.indexes] : [verdict.kind]

t.test('what comes of a command, with the timestamps of its values', async (t) => {
  const two = [stored(1), stored(2)]
  const cases: [what: string, current: HandleValue[] | undefined, RecordCommand, unknown[]][] = [
    ['create: all times are the server\'s', undefined, create([stored(1)]), [true, '1=x@200']],
    ['create over: unchanged values keep their time', two, create([value(1), value(2, 'y')], true),
      [false, '1=x@100', '2=y@200']],
    ['create over nothing', undefined, create([value(1)], true), [true, '1=x@200']],
    ['an empty record', undefined, create([]), [true]],
    ['add', two, add([value(3)]), [true, '1=x@100', '2=x@100', '3=x@200']],
    ['add over the same', two, add([value(1)], true), [false, '1=x@100', '2=x@100']],
    ['add over another', two, add([value(1, 'y')], true), [false, '1=y@200', '2=x@100']],
    ['modify to the same counts as modified', two, modify(value(1)), [false, '1=x@200', '2=x@100']],
    ['remove', two, remove(1), [false, '2=x@100']],
    ['remove all', two, remove(1, 2), [false]],
    ['remove: all or nothing', two, remove(1, 9), ['values-not-found', 9]],
    ['remove nothing', two, remove(), ['values-not-found']],
    ['what is there', two, add([value(2), value(3)]), ['value-exists', 2]],
    ['a negative index', two, add([value(0x80000000)]), ['invalid-value', 0x80000000]],
    ['delete', two, { kind: 'delete', handle }, ['delete']],
    ['delete nothing', undefined, { kind: 'delete', handle }, ['handle-not-found']],
  ]
  for (const [what, current, command, expected] of cases) {
    t.same(told(apply(current, command, 200)), expected, what)
  }
})

t.test('a record is as large as a message can carry, and no byte larger', async (t) => {
  const fixed = encodeValues([value(1, '')]).length
  const full = value(1, 'x'.repeat(RECORD_BYTES_MAX - fixed))
  t.equal(apply(undefined, create([full]), 1).kind, 'put')
  const over = value(1, 'x'.repeat(RECORD_BYTES_MAX - fixed + 1))
  t.match(apply(undefined, create([over]), 1), { reason: 'invalid-value' })
  t.match(apply([full], add([value(2)]), 1), { reason: 'invalid-value' })
  const many = (count: number) => Array.from({ length: count }, (_, i) => value(i + 1, ''))
  t.equal(apply(undefined, create(many(VALUE_COUNT_MAX)), 1).kind, 'put')
  t.match(apply(undefined, create(many(VALUE_COUNT_MAX + 1)), 1), { reason: 'invalid-value' })
})

t.test('whatever is asked, a record stays one', async (t) => {
  const index = fc.integer({ min: 0, max: 6 })
  const someValue = fc.record({
    index, data: fc.constantFrom('a', 'b'), permissions: fc.integer({ min: 0, max: 15 }),
  }).map(({ index: at, data, permissions }) => value(at, data, { permissions }))
  const values = fc.array(someValue, { maxLength: 4 })
  const command = fc.oneof(
    fc.tuple(values, fc.boolean()).map(([all, over]) => create(all, over)),
    fc.tuple(values, fc.boolean()).map(([all, over]) => add(all, over)),
    values.map((all) => modify(...all)),
    fc.array(index, { maxLength: 3 }).map((all) => remove(...all)),
    fc.constant<RecordCommand>({ kind: 'delete', handle }),
  )
  fc.assert(fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
    let current: readonly HandleValue[] | undefined
    for (const [now, one] of commands.entries()) {
      const before = current
      const verdict = apply(current, one, now + 1)
      if (verdict.kind === 'refused') continue
      current = verdict.kind === 'put' ? verdict.values : undefined
      const indexes = (current ?? []).map((each) => each.index)
      if (new Set(indexes).size !== indexes.length || indexes.some((at) => at < 1)) return false
      // Nothing that is there is younger than now, and what changed is as old as this change.
      for (const each of current ?? []) {
        const old = before?.find((was) => was.index === each.index)
        if (each.timestamp !== now + 1 && each.timestamp !== old?.timestamp) return false
      }
    }
    return true
  }))
  t.pass()
})
