import fc from 'fast-check'
import t from 'tap'
import { JsonCursor } from '../../src/registry/json-cursor.ts'
import { character, holds } from '../support/property.ts'

const cursorOver = (json: string): JsonCursor => {
  const cursor = new JsonCursor()
  cursor.bytes = Buffer.from(json)
  cursor.out = Buffer.alloc(cursor.bytes.length + 8)
  return cursor
}
/** What `text` writes of a JSON string without its first quote; undefined when it is none. */
const textOf = (json: string): string | undefined => {
  const cursor = cursorOver(json)
  if (!cursor.text()) return cursor.at === 0 && cursor.to === 0 ? undefined : 'moved'
  const length = cursor.out.readInt32BE(0)
  return cursor.to === 4 + length && cursor.byte(0x22)
    ? cursor.out.toString('utf8', 4, cursor.to) : 'wrong length or end'
}

t.test('text as JSON.stringify writes it, whatever it is', async (t) => {
  holds(t, 'same text', fc.property(
    fc.string({ unit: fc.oneof(character, fc.constantFrom('"', '\\', '\n', '/')), maxLength: 40 }),
    (text) => textOf(`${JSON.stringify(text).slice(1)}rest`) === text,
  ), { numRuns: 500 })
})

t.test('escapes of every kind', async (t) => {
  t.equal(textOf('\\"\\\\\\/\\b\\f\\n\\r\\t\\u7a57\\ud83d\\ude00"'), '"\\/\b\f\n\r\t穗😀')
})

t.test('what is no text, or none that UTF-8 can carry', async (t) => {
  for (const json of [
    '', 'a', 'a\n"', 'a\u0000"', '\\', '\\"', '\\x"', '\\u12"', '\\ud800"', 'a\\', '\\n\n"',
    '\\\n"',
  ]) t.equal(textOf(json), undefined, JSON.stringify(json))
})

t.test('whole numbers', async (t) => {
  const integerOf = (json: string, max = 0xffffffff): [number, number] => {
    const cursor = cursorOver(json)
    return [cursor.integer(max), cursor.at]
  }
  t.same(integerOf('0,'), [0, 1])
  t.same(integerOf('4294967295}'), [4_294_967_295, 10])
  t.same(integerOf('7'), [7, 1])
  t.same(integerOf('01'), [0, 1], 'the 1 is somebody else\'s to refuse')
  for (const json of ['', '-1', 'x', '4294967296', '99999999999999999999']) {
    t.same(integerOf(json), [-1, 0], json)
  }
  t.same(integerOf('8', 7), [8, 1], 'one digit is looked at by whoever has so small a limit')
})

t.test('binary digits', async (t) => {
  const bitsOf = (json: string): number => cursorOver(json).bits(4, 6)
  t.same(['1110"', '000001"', '111111"'].map(bitsOf), [14, 1, 63])
  t.same(['', '"', '111"', '1111111"', '1112"', '1111'].map(bitsOf), [-1, -1, -1, -1, -1, -1])
})

t.test('bytes that are certain, or not', async (t) => {
  const cursor = cursorOver('ab')
  t.equal(cursor.skip(Buffer.from('ac')), false)
  t.equal(cursor.skip(Buffer.from('abc')), false)
  t.equal(cursor.at, 0)
  t.equal(cursor.skip(Buffer.from('a')), true)
  t.same([cursor.byte(0x61), cursor.byte(0x62), cursor.byte(0x62), cursor.at],
    [false, true, false, 2])
  cursor.int32(-2)
  t.equal(cursor.out.readInt32BE(0), -2)
})
