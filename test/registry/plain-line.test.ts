import fc from 'fast-check'
import t from 'tap'
import { generateRecords } from '../../seeds/generate.ts'
import { encodeRecordLine } from '../../src/registry/record-line.ts'
import { PlainLineReader } from '../../src/registry/plain-line.ts'
import { formatValue } from '../../src/record/value-json.ts'
import { character, holds } from '../support/property.ts'
import { values } from '../wire/arbitraries.ts'

interface Read { readonly name: string; readonly block: string; readonly undated: boolean }

const reader = new PlainLineReader()
/** What the reader makes of a line among others; undefined when it leaves it alone. */
const readPlain = (line: string, end = '\n'): Read | undefined => {
  const before = 'before\n'
  const bytes = Buffer.from(`${before}${line}${end}after`)
  const out = Buffer.alloc(bytes.length + 3)
  const next = reader.read(bytes, before.length, out, 3)
  if (next < 0) return undefined
  if (bytes.toString('utf8', next) !== 'after') throw new Error(`ends at ${next}`)
  return {
    name: bytes.toString('utf8', reader.nameStart, reader.nameEnd),
    block: out.toString('hex', 3, reader.blockEnd),
    undated: reader.undated,
  }
}
const readAny = (line: string): Read | undefined => {
  try {
    const { handle, block, undated } = encodeRecordLine(line)
    return { name: handle, block: block.toString('hex'), undated }
  } catch {
    return undefined
  }
}
/** Values with text for data, as most are. */
const plainValues = values.map((value) => ({
  ...value, data: Buffer.from(value.type), ttlType: 'relative' as const,
  ttl: value.ttl & 0x7fff_ffff, permissions: value.permissions & 15,
}))
/** As other programs write JSON: a space behind each colon and comma outside of text. */
const spaced = (json: string): string =>
  json.replaceAll(/"(?:[^"\\]|\\.)*"|[:,]/g, (part) => part.length === 1 ? `${part} ` : part)
const ascii = (json: string): string => json.replaceAll(/[^\u0000-\u007f]/g, (unit) =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

t.test('the generated registry is read, but for sites and keys', async (t) => {
  let left = 0
  for (const record of generateRecords({ count: 300, seed: 5 })) {
    const json = JSON.stringify(record)
    const wanted = readAny(json)
    for (const line of [json, spaced(json), ascii(json), spaced(ascii(json))]) {
      const read = readPlain(line)
      if (read === undefined) left++
      else t.same(read, wanted)
    }
    if (/"format":"(site|key)"/.test(json)) left -= 4
  }
  t.equal(left, 0)
})

t.test('one line of each form', async (t) => {
  const line = (value: string): string => `{"handle":"88.1/a","values":[{${value}}]}`
  const plain = [
    '"index":1,"type":"URL","data":"x"',
    '"index":1,"type":"URL","data":{"format":"string","value":"x"}',
    '"index":4294967295,"type":"","data":"","permissions":"1100","ttl":0',
    '"index":1,"type":"URL","data":"x","timestamp":"2026-01-31T00:00:00.5+08:00"',
    '"index":1,"type":"URL","data":"x","timestamp":"1970-01-01T00:00:00Z"',
    '"index":1,"type":"URL","data":"x","references":[{"handle":"a","index":0},'
      + '{"handle":"","index":7}]',
    '"index":9,"type":"HS_ADMIN","data":{"format":"admin","value":{"handle":"0.NA/8","index":3,'
      + '"permissions":"011111110011"}},"ttl":2147483647',
    '"index":9,"type":"A","data":"x"},{"index":3,"type":"B","data":"y"},'
      + '{"index":10,"type":"C","data":"z"',
  ]
  for (const value of plain) {
    t.ok(readAny(line(value)), value)
    for (const end of ['\n', '\r\n']) {
      t.same(readPlain(line(value), end), readAny(line(value)), value)
      t.same(readPlain(spaced(line(value)), end), readAny(line(value)), value)
    }
  }
  t.equal(reader.read(Buffer.from(line('"index":1,"type":"","data":""')), 0, Buffer.alloc(200), 0),
    line('"index":1,"type":"","data":""').length, 'a last line without an end')
})

t.test('what it leaves to the other reader', async (t) => {
  const value = '{"index":1,"type":"URL","data":"x"}'
  const line = (values: string, handle = '88.1/a'): string =>
    `{"handle":"${handle}","values":[${values}]}`
  for (const left of [
    '', ' ', 'nonsense', line(''), line(value, ''), line(value, '/a'), line(value, 'a\\u0041'),
    line(value, 'a\u007f'), line(value, 'x'.repeat(2049)), line(value.replace('1', '0')),
    line(value.replace('1', '01')), line(value.replace('1', '1.0')), line(value.replace('1', '-1')),
    line(value.replace('1', '4294967296')), line(`${value},${value}`), `${line(value)} `,
    line(`{"index":2,"type":"","data":""},${value},{"index":2,"type":"","data":""}`),
    line(value.replace('"x"', '{"format":"base64","value":"eA=="}')),
    line(value.replace('"x"', '"x","ttl":-1')), line(value.replace('"x"', '"x","ttl":2147483648')),
    line(value.replace('"x"', '"x","ttl":"2027-01-01T00:00:00Z"')),
    line(value.replace('"x"', '"x","permissions":"111"')),
    line(value.replace('"x"', '"x","permissions":"11110"')),
    line(value.replace('"x"', '"x","timestamp":"yesterday"')),
    line(value.replace('"x"', '"x","references":[]')), `${line(value)}]`, line(value).slice(0, -1),
    line(Array.from({ length: 2049 }, (_, i) => value.replace('1', `${i + 1}`)).join()),
    line(value.replace('"x"', `"${'x'.repeat(262_144)}"`)),
  ]) {
    t.equal(readPlain(left), undefined, left.slice(0, 100))
  }
  t.ok(readPlain(line(value)), 'and it goes on reading')
})

t.test('whatever is exported is read to the same bytes, or left', async (t) => {
  let plain = 0
  holds(t, 'same bytes', fc.property(
    fc.string({ unit: character, minLength: 1, maxLength: 9 }),
    fc.array(fc.oneof({ arbitrary: values, weight: 1 }, { arbitrary: plainValues, weight: 5 }),
      { maxLength: 4 }),
    fc.boolean(),
    (handle, list, wide) => {
      const json = JSON.stringify({ handle, values: list.map(formatValue) })
      const read = readPlain(wide ? spaced(json) : json)
      if (read === undefined) return true
      plain++
      const wanted = readAny(json)
      return read.block === wanted?.block && read.name === wanted.name
        && read.undated === wanted.undated
    },
  ), { numRuns: 1000 })
  t.ok(plain > 60, `${plain} were read`)
})

t.test('a line with a byte or two wrong is never read otherwise', async (t) => {
  const lines = [...generateRecords({ count: 20, seed: 9 })].slice(-20)
    .map((record) => JSON.stringify(record))
  const mark = fc.constantFrom(...'"\\{}[]:, 0123456789ux\r\t-.eé穗'.split(''), '', '""', 'ttl')
  let plain = 0
  holds(t, 'same or left', fc.property(
    fc.constantFrom(...lines), fc.nat(), fc.nat(3), mark,
    (line, place, cut, put) => {
      const at = place % line.length
      const wrong = line.slice(0, at) + put + line.slice(at + cut)
      const read = readPlain(wrong)
      if (read === undefined) return true
      plain++
      const wanted = readAny(wrong)
      return read.block === wanted?.block && read.name === wanted.name
    },
  ), { numRuns: 3000 })
  t.ok(plain > 100, `${plain} were read`)
})
