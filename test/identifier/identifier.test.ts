import fc from 'fast-check'
import t from 'tap'
import {
  foldAscii, keyOf, parentPrefix, parseIdentifier, prefixOfKey, prefixRecordKey, suffixOfKey,
} from '../../src/identifier/identifier.ts'
import { character, holds } from '../support/property.ts'

t.test('which text is an identifier', async (t) => {
  const cases: [text: string, valid: boolean][] = [
    ['88.118.8/P0001', true],
    ['0.NA/88.118.8', true],
    ['88.118', true],
    ['88.118.8/产品-01', true],
    ['88.118.8/a/b/c', true],
    ['88.118.8/', true],
    ['', false],
    ['/P0001', false],
    ['88.118.8/a\u0000b', false],
    ['88.118.8/a\nb', false],
    [`88/${'x'.repeat(2045)}`, true],
    [`88/${'x'.repeat(2046)}`, false],
    [`88/${'产'.repeat(700)}`, false],
  ]
  for (const [text, valid] of cases) {
    t.equal(parseIdentifier(text) !== undefined, valid, JSON.stringify(text.slice(0, 30)))
  }
})

t.test('keys fold ASCII letters and nothing else', async (t) => {
  t.equal(keyOf('88.118.8/aBc'), '88.118.8/ABC')
  t.equal(keyOf('88.118.8/straße-ü'), '88.118.8/STRAßE-ü')
  t.equal(keyOf('0.na/88.118'), '0.NA/88.118')
  t.equal(keyOf('88.118'), '0.NA/88.118', 'a name without a slash is its prefix record')
})

t.test('parts of a key', async (t) => {
  t.equal(prefixOfKey(keyOf('88.118.8/a/b')), '88.118.8')
  t.equal(suffixOfKey(keyOf('88.118.8/a/b')), 'A/B')
  t.equal(prefixRecordKey('88.118.x'), '0.NA/88.118.X')
  t.equal(parentPrefix('88.118.8'), '88.118')
  t.equal(parentPrefix('88'), undefined)
})

t.test('folding twice is folding once, and keeps the length', async () => {
  holds(t, 'every generated case', 
    fc.property(fc.string({ unit: character }), (text) => {
      const folded = foldAscii(text)
      return foldAscii(folded) === folded && folded.length === text.length
    }),
  )
})
