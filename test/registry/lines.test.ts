import fc from 'fast-check'
import t from 'tap'
import {
  endOfLine, type Line, LineSplitter, lineText, WholeLines,
} from '../../src/registry/lines.ts'
import { character, holds } from '../support/property.ts'

const split = (chunks: readonly Buffer[], bytesMax = 1000): Line[] => {
  const splitter = new LineSplitter(bytesMax)
  return [...chunks.flatMap((chunk) => [...splitter.push(chunk)]), ...splitter.end()]
}
const textOf = (...chunks: string[]): Line[] => split(chunks.map((chunk) => Buffer.from(chunk)))

t.test('line ends of both kinds, and a last line without one', async (t) => {
  t.same(textOf('a\nb\r\nc'), ['a', 'b', 'c'])
  t.same(textOf('a\n'), ['a'])
  t.same(textOf('\n\n'), ['', ''])
  t.same(textOf(''), [])
  t.same(textOf('a\rb\n'), ['a\rb'])
})

t.test('however the bytes are cut, the lines are the same', async (t) => {
  holds(t, 'same lines', fc.property(
    fc.array(fc.string({ unit: character, maxLength: 20 })
      .map((s) => s.replaceAll(/[\r\n]/g, '·'))),
    fc.array(fc.nat(400), { maxLength: 12 }),
    (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length]
        .sort((a, b) => a - b)
      const chunks = places.slice(1).map((end, i) => bytes.subarray(places[i], end))
      const found = split(chunks)
      return found.length === lines.length && found.every((line, i) => line === lines[i])
    },
  ))
})

t.test('a line that is too long is told apart, and the next ones are read', async (t) => {
  const tooLong = { tooLong: true }
  const long = Buffer.alloc(11, 'x')
  const newline = Buffer.from('\n')
  const fits = Buffer.alloc(10, 'y')
  t.same(split([long, newline, fits], 10), [tooLong, 'yyyyyyyyyy'])
  t.same(split([fits, fits, fits, newline, fits, newline], 10), [tooLong, 'yyyyyyyyyy'])
  t.same(split([fits, long], 10), [tooLong], 'also when nothing ends it')
})

t.test('what is skipped is not kept', async (t) => {
  const splitter = new LineSplitter(1000)
  const chunk = Buffer.alloc(1_000_000, 'x')
  const before = process.memoryUsage().arrayBuffers
  let lines = 0
  for (let i = 0; i < 200; i++) lines += [...splitter.push(chunk)].length
  t.equal(lines, 0)
  t.ok(process.memoryUsage().arrayBuffers - before < 50_000_000)
})

t.test('whole lines: what a chunk begins waits for its end', async (t) => {
  const lines = new WholeLines(10)
  const push = (text: string): string => lines.push(Buffer.from(text)).toString()
  t.same([push('a\nb'), push('c'), push('d\ne\nf'), lines.end().toString()],
    ['a\n', '', 'bcd\ne\n', 'f'])
  t.equal(lines.end().length, 0, 'given once')
})

t.test('of a line that is too long one byte more is kept, and nothing of the next', async (t) => {
  const lines = new WholeLines(4)
  const push = (text: string): string => lines.push(Buffer.from(text)).toString()
  t.same([push('abc'), push('def'), push('ghi'), push('j\nk\nl')], ['', '', '', 'abcde\nk\n'])
  t.equal(lines.end().toString(), 'l')
  t.same([push('abcdefg'), push('\n'), push('\n')], ['', 'abcde\n', '\n'])
  t.same([push('abcdefg'), lines.end().toString()], ['', 'abcde'])
})

t.test('the text of a line without its end', async (t) => {
  const bytes = Buffer.from('ab\r\n\n\rc')
  const ends = [0, 4, 5].map((at) => endOfLine(bytes, at))
  t.same(ends, [3, 4, 7])
  t.same([lineText(bytes, 0, 3), lineText(bytes, 4, 4), lineText(bytes, 5, 7)], ['ab', '', '\rc'])
})
