import fc from 'fast-check'
import t from 'tap'
import { RECORD_BYTES_MAX } from '../../src/record/limits.ts'
import { createValue } from '../../src/record/value.ts'
import {
  dateBlock, encodeRecordLine, formatRecordLine, parseRecordLine, RecordLineError,
} from '../../src/registry/record-line.ts'
import { decodeValues, encodeValues } from '../../src/wire/values.ts'
import { holds } from '../support/property.ts'
import { values } from '../wire/arbitraries.ts'

const NOW = 1_700_000_000
const lineOf = (list: unknown, handle: unknown = '88.1/a'): string =>
  JSON.stringify({ handle, values: list })
const url = (rest: object = {}): object => ({ index: 1, type: 'URL', data: 'x', ...rest })

t.test('a line in the form of the JSON API', async (t) => {
  const line = parseRecordLine(lineOf([
    url({ ttl: 60, permissions: '1100', timestamp: '2026-01-31T00:00:00Z' }),
    { index: '2', type: 'HS_VLIST', data: { format: 'vlist', value: [{ handle: 'a', index: 3 }] } },
  ]))
  t.equal(line.handle, '88.1/a')
  t.equal(line.key, '88.1/A')
  t.match(line.values, [
    { index: 1, ttl: 60, permissions: 0x0c, timestamp: 1_769_817_600 },
    { index: 2, type: 'HS_VLIST', ttl: 86_400, permissions: 0x0e, timestamp: 0 },
  ])
  t.match(parseRecordLine(lineOf([], '88.1')), { handle: '88.1', key: '0.NA/88.1' })
})

t.test('a line that holds no record says why', async (t) => {
  const cases: [line: string, reason: RegExp][] = [
    ['', /no JSON: ""/],
    ['{"handle":', /no JSON: "\{\\"handle\\":"/],
    ['x'.repeat(100), /no JSON: "x{40}…"$/],
    ['[]', /must be an object/],
    ['null', /must be an object/],
    ['{"values":[]}', /"handle" is missing/],
    ['{"handle":1,"values":[]}', /"handle" is missing or no text/],
    [lineOf([], ''), /"handle" is no identifier: ""/],
    [lineOf([], '/a'), /"handle" is no identifier/],
    [lineOf([], 'a/\u0000'), /"handle" is no identifier/],
    [lineOf([], `a/${'x'.repeat(2047)}`), /"handle" is no identifier/],
    ['{"handle":"a/b"}', /"values" is missing/],
    [lineOf('x'), /values must be an array/],
    [lineOf([url({ index: 0 })]), /values\[0\]\.index must be above 0/],
    [lineOf([url(), url()]), /values\[1\]\.index: 1 is there twice/],
    [lineOf([url({ data: undefined })]), /values\[0\]\.data is missing/],
    [lineOf([url({ data: { format: 'hex', value: '0' } })]), /is not hexadecimal/],
    [lineOf([url({ timestamp: 'yesterday' })]), /timestamp must be a time like/],
    [lineOf([url({ permissions: 'rw' })]), /permissions must be digits/],
    [lineOf([url({ type: 5 })]), /type must be a string/],
  ]
  for (const [line, message] of cases) {
    t.throws(() => parseRecordLine(line), { name: 'RecordLineError', message }, line.slice(0, 60))
  }
})

t.test('what is exported is read back to the same bytes', async (t) => {
  holds(t, 'same bytes', fc.property(
    fc.uniqueArray(values, { maxLength: 6, selector: (value) => value.index }),
    (generated) => {
      const block = encodeValues(generated.filter((value) => value.index > 0))
      const line = parseRecordLine(formatRecordLine({ name: '88.1/a', block }))
      // Without a timestamp it would be given one; the bytes are compared as they were read.
      return encodeValues(line.values).equals(block)
    },
  ), { numRuns: 300 })
})

const encode = (...list: object[]) => encodeRecordLine(lineOf(list))

t.test('a line in its stored form says whether timestamps are missing', async (t) => {
  const dated = url({ timestamp: '2020-01-01T00:00:00Z' })
  t.match(encode(dated), { handle: '88.1/a', undated: false })
  t.match(encode(dated, url({ index: 2 })), { undated: true })
  t.equal(decodeValues(encode(url()).block)[0]?.timestamp, 0)
})

t.test('a new value without a timestamp gets the time, a given one is kept', async (t) => {
  const { block } = encode(url(), url({ index: 2, timestamp: '2020-01-01T00:00:00Z' }))
  t.same(decodeValues(dateBlock(block, undefined, NOW)).map((value) => value.timestamp),
    [NOW, 1_577_836_800])
})

t.test('the same import later changes nothing; what changed gets the new time', async (t) => {
  const first = dateBlock(encode(url(), url({ index: 2 })).block, undefined, NOW)
  t.same(dateBlock(encode(url(), url({ index: 2 })).block, first, NOW + 50), first)
  const changed = dateBlock(
    encode(url({ data: 'y' }), url({ index: 2 })).block, first, NOW + 50)
  t.same(decodeValues(changed).map(({ data, timestamp }) =>
    [data.toString(), timestamp]), [['y', NOW + 50], ['x', NOW]])
})

t.test('a record too large for a message is refused', async (t) => {
  const fits = createValue(1, 'DESC', '', { timestamp: 1 })
  const overhead = encodeValues([fits]).length
  const of = (bytes: number) =>
    encode({ index: 1, type: 'DESC', data: 'x'.repeat(bytes), timestamp: '1970-01-01T00:00:01Z' })
  t.equal(of(RECORD_BYTES_MAX - overhead).block.length, RECORD_BYTES_MAX)
  t.throws(() => of(RECORD_BYTES_MAX - overhead + 1), RecordLineError)
})
