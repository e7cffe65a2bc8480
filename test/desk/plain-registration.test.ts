import fc from 'fast-check'
import t from 'tap'
import { BatchPacker, unpackBatch } from '../../src/desk/batch.ts'
import { PlainRegistrationReader } from '../../src/desk/plain-registration.ts'
import { DeskRefusal } from '../../src/desk/refusal.ts'
import { RegistrationReader } from '../../src/desk/registration.ts'
import { RECORD_BYTES_MAX, VALUE_COUNT_MAX } from '../../src/record/limits.ts'
import { formatValue } from '../../src/record/value-json.ts'
import { decodeValues } from '../../src/wire/values.ts'
import { holds } from '../support/property.ts'
import { values } from '../wire/arbitraries.ts'

const NOW_SECONDS = 1_790_000_000
const reader = new RegistrationReader(() => undefined)
const plain = new PlainRegistrationReader()
/** A registration as one reader makes it of a line; undefined when that refuses it or leaves it. */
type Read = readonly [name: string, block: string] | undefined

const readPlain = (line: string): Read => {
  const packer = new BatchPacker(16)
  const bytes = Buffer.from(`${line}\nafter`)
  const next = plain.read(bytes, 0, packer, NOW_SECONDS)
  if (next < 0) return undefined
  if (bytes.toString('utf8', next) !== 'after') throw new Error(`ends at ${next}`)
  const [row] = unpackBatch(packer.pack('create'))
  return row && [row.name, row.block.toString('hex')]
}
const readAny = (line: string): Read => {
  try {
    const { name, block } = reader.read(JSON.parse(line), NOW_SECONDS)
    return [name, block.toString('hex')]
  } catch (error) {
    if (error instanceof DeskRefusal) return undefined
    throw error
  }
}
const lineOf = (handle: string, given: readonly object[]) =>
  JSON.stringify({ handle, values: given })
const url = (index: number, data = 'x') => ({ index, type: 'URL', data })

t.test('a line is read as the long way reads it, or left to that', async (t) => {
  const names = fc.constantFrom('88.118.8/P1', '88.118.8/电机', 'ab.1/x', 'AB.1/y', '88.118', '/x')
  // With text for data, as most are.
  const plainValues = values.map((value) => ({
    ...value, data: Buffer.from(value.type), ttlType: 'relative' as const,
    ttl: value.ttl & 0x7fff_ffff, permissions: value.permissions & 15,
    timestamp: value.timestamp % 3,
  }))
  const given = fc.oneof({ arbitrary: values, weight: 1 }, { arbitrary: plainValues, weight: 5 })
    .map((value) => ({ ...formatValue(value) }))
  let plainCount = 0
  holds(t, 'same bytes', fc.property(names, fc.array(given, { maxLength: 4 }), (name, some) => {
    const line = lineOf(name, some)
    const read = readPlain(line)
    if (read === undefined) return true
    plainCount++
    return String(read) === String(readAny(line))
  }))
  t.ok(plainCount > 0)
})

t.test('the usual line is read, dated, and has its administrator', async (t) => {
  const admin = { format: 'admin', value: {
    handle: '0.NA/88.118.8', index: 300, permissions: '111111111111' } }
  for (const given of [
    [url(1), url(2, '电机')], [url(100)], [url(1), { index: 7, type: 'HS_ADMIN', data: admin }],
    [{ ...url(1), timestamp: '1970-01-01T00:00:00Z' }],
  ]) {
    const read = readPlain(lineOf('88.118.8/P1', given))
    t.ok(read)
    t.same(read, readAny(lineOf('88.118.8/P1', given)))
    const block = decodeValues(Buffer.from(read?.[1] ?? '', 'hex'))
    t.same(new Set(block.map(({ timestamp }) => timestamp)), new Set([NOW_SECONDS]))
  }
})

t.test('what is too large with its administrator is refused', async (t) => {
  const many = (count: number) =>
    lineOf('88.118.8/P1', Array.from({ length: count }, (_unused, i) => url(i + 1_000)))
  t.ok(readPlain(many(VALUE_COUNT_MAX - 1)))
  t.same(readPlain(many(VALUE_COUNT_MAX - 1)), readAny(many(VALUE_COUNT_MAX - 1)))
  const large = lineOf('88.118.8/P1', [url(1, 'x'.repeat(RECORD_BYTES_MAX - 50))])
  for (const line of [many(VALUE_COUNT_MAX), large]) {
    t.equal(readPlain(line), undefined)
    t.equal(readAny(line), undefined)
  }
})
