import fc from 'fast-check'
import t from 'tap'
import { keyOf, type IdentifierKey } from '../../src/identifier/identifier.ts'
import { KeyBytes } from '../../src/identifier/key-bytes.ts'

t.test('a name from the wire and the same as text are one key', async (t) => {
  const printable = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e })
    .map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 60 })
  fc.assert(fc.property(printable, printable, (prefix, suffix) => {
    const name = `${prefix}/${suffix}`
    const source = Buffer.from(`..${name}..`)
    const fromBytes = new KeyBytes()
    if (!fromBytes.setAscii(source, 2, 2 + name.length)) return false
    const fromText = new KeyBytes()
    fromText.setText(keyOf(name))
    return fromBytes.hash === fromText.hash && fromBytes.text === fromText.text
  }), { numRuns: 500, seed: 5 })
  t.pass('in 500 runs')
})

t.test('text is taken as its bytes, whatever letters it has', async (t) => {
  const text = fc.string({ unit: fc.constantFrom('A', '1', '/', '一', 'é', '😀'), maxLength: 30 })
  fc.assert(fc.property(text, text, (one, two) => {
    const [key, other] = [new KeyBytes(), new KeyBytes()]
    key.setText(one as IdentifierKey)
    other.setText(two as IdentifierKey)
    const bytes = key.bytes.subarray(0, key.length)
    return bytes.equals(Buffer.from(one)) && key.text === one
      && (one !== two || key.hash === other.hash)
  }), { numRuns: 500, seed: 7 })
  t.pass('in 500 runs')
})

t.test('an object that is filled again forgets what it held', async (t) => {
  const key = new KeyBytes()
  key.setText('88.118.8/一' as IdentifierKey)
  t.equal(key.length, 12)
  t.equal(key.text, '88.118.8/一')
  key.setAscii(Buffer.from('88.118.8/p1'), 0, 11)
  t.equal(key.text, '88.118.8/P1')
})

t.test('what is no plain name is left to others', async (t) => {
  const key = new KeyBytes()
  for (const name of ['88.118', 'A/\u007f', 'A/\n', 'A/\u00e9', 'A/标']) {
    const bytes = Buffer.from(name)
    t.notOk(key.setAscii(bytes, 0, bytes.length), name)
  }
})

t.test('a key is never cut short', async (t) => {
  const key = new KeyBytes()
  key.setText('88.1/X' as IdentifierKey)
  t.throws(() => {
    key.setText(`A/${'一'.repeat(3000)}` as IdentifierKey)
  }, RangeError)
  t.throws(() => {
    key.setText(`A/${'一'.repeat(700)}` as IdentifierKey)
  }, RangeError, 'short in letters alone')
  t.equal(key.bytes.toString('utf8', 0, key.length), '88.1/X', 'and what it held stays')
})
