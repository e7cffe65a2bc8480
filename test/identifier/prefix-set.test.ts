import fc from 'fast-check'
import t from 'tap'
import { PrefixSet } from '../../src/identifier/prefix-set.ts'

t.test('it has what it was made of and nothing else', (t) => {
  const part = fc.constantFrom('88', '118', 'AB', '中', '')
  const prefix = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'))
  fc.assert(fc.property(fc.array(prefix), fc.array(prefix), (inside, asked) => {
    const set = new PrefixSet(inside)
    for (const one of [...inside, ...asked]) {
      // As the resolver asks: with a piece cut out of a longer text.
      if (set.has(`0.NA/${one}`.slice(5)) !== inside.includes(one)) return false
    }
    return true
  }))
  t.end()
})

t.test('prefixes of one hash are told apart', (t) => {
  const set = new PrefixSet(['costarring'])
  t.ok(set.has('costarring'))
  t.notOk(set.has('liquid'), 'of the same hash')
  const both = new PrefixSet(['costarring', 'liquid'])
  t.ok(both.has('costarring') && both.has('liquid'))
  t.end()
})
