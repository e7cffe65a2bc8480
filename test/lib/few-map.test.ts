import fc from 'fast-check'
import t from 'tap'
import { FewMap } from '../../src/lib/few-map.ts'

const KEYS = ['', 'a', 'b', 'c', 'd', 'e', 'f', 'g']

const sameObjects = (some: readonly object[], others: readonly object[]): boolean =>
  some.length === others.length && some.every((one) => others.includes(one))

t.test('it is a map', (t) => {
  const key = fc.constantFrom(...KEYS)
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('set' as const), key }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), key }) },
  )
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const [few, map] = [
      new FewMap<string, { i: number }>(),
      new Map<string, { i: number }>(),
    ]
    for (const [i, { kind, key: name }] of steps.entries()) {
      const value = { i }
      for (const one of [few, map]) {
        if (kind === 'set') one.set(name, value)
        else if (kind === 'delete') one.delete(name)
        else one.clear()
      }
      if (few.size !== map.size) return false
      if (KEYS.some((one) => few.get(one) !== map.get(one))) return false
      if (!sameObjects(few.values(), [...map.values()])) return false
    }
    return true
  }))
  t.end()
})

t.test('a number is a key too, 0 among them', (t) => {
  const few = new FewMap<number, object>()
  const [a, b] = [{}, {}]
  few.set(0, a)
  few.set(0xffffffff, b)
  t.equal(few.get(0), a)
  t.equal(few.get(0xffffffff), b)
  few.delete(0)
  t.equal(few.get(0), undefined)
  t.equal(few.size, 1)
  t.end()
})
