import t from 'tap'
import { encodeLines } from '../../src/registry/line-encoder.ts'
import {
  IMPORT_BATCH_BYTES, IMPORT_BATCH_MS, IMPORT_BATCH_RECORDS, IMPORT_BATCH_RECORDS_MIN,
  LINE_BYTES_MAX,
} from '../../src/registry/limits.ts'
import type { RecordBatch } from '../../src/registry/record-batch.ts'
import { decodeValues } from '../../src/wire/values.ts'

const lineOf = (handle: string, data = 'x'): string =>
  `${JSON.stringify({ handle, values: [{ index: 1, type: 'URL', data }] })}\n`
const clockAt = (elapsed: () => number) =>
  ({ nowSeconds: () => 0, nowMs: () => 0, elapsedMs: elapsed })
const batchesOf = async (
  chunks: Iterable<Buffer>, strict = false, clock = clockAt(() => 0),
): Promise<RecordBatch[]> => {
  const batches: RecordBatch[] = []
  for await (const batch of encodeLines(chunks, { strict, clock })) batches.push(batch)
  return batches
}
const cut = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size))
const dataOf = ({ blocks, spans, recordCount }: RecordBatch): string[] =>
  Array.from({ length: recordCount }, (_, i) =>
    decodeValues(blocks.subarray(spans[2 * i], spans[2 * i + 1]))[0]?.data.toString() ?? '')

t.test('however the bytes are cut, records and bad lines are the same', async (t) => {
  const spaced = lineOf('88.1/c', '穗标').replace('"values":', '"values" :')
  const text = `\ufeff${lineOf('88.1/d', '😀')}${lineOf('88.1/b').replace('\n', '\r\n')}nonsense
${spaced}
   \r
${lineOf('/x')}${lineOf('88.1/a', 'é').trimEnd()}`
  const bytes = Buffer.from(text)
  for (const size of [1, 2, 3, 7, 64, 1000]) {
    const [batch, ...more] = await batchesOf(cut(bytes, size))
    t.same(more, [])
    t.match(batch, {
      read: 6, recordCount: 4, bytesRead: bytes.length, prefixes: ['88.1'],
      keys: '88.1/A\n88.1/B\n88.1/C\n88.1/D', names: '88.1/a\n88.1/b\n88.1/c\n88.1/d',
      badLines: [{ lineNumber: 3, reason: /no JSON/ }, { lineNumber: 7, reason: /no identifier/ }],
    }, `in pieces of ${size}`)
    t.same(batch && dataOf(batch), ['é', 'x', '穗标', '😀'])
  }
})

t.test('text that is no UTF-8 is read as text is, and spoils no line beside it', async (t) => {
  const bytes = Buffer.concat([
    Buffer.from(lineOf('88.1/a', '穗')), Buffer.from('{"handle":"88.1/b","values":[{"index":1,'),
    Buffer.from('"type":"URL","data":"\xff"}]}\n', 'latin1'), Buffer.from(lineOf('88.1/c', '标')),
  ])
  const [batch] = await batchesOf([bytes])
  t.same(batch && dataOf(batch), ['穗', '\ufffd', '标'])
})

t.test('a line that is too long is told, wherever it ends', async (t) => {
  const long = lineOf('88.1/a', 'x'.repeat(LINE_BYTES_MAX))
  for (const size of [70_000, LINE_BYTES_MAX * 3]) {
    for (const last of [long, long.trimEnd()]) {
      const bytes = Buffer.from(long + lineOf('88.1/b') + last)
      const [batch] = await batchesOf(cut(bytes, size))
      t.match(batch, {
        recordCount: 1, read: 3,
        badLines: [1, 3].map((lineNumber) => (
          { lineNumber, reason: /^longer than 1048576 bytes/ })),
      })
    }
  }
})

t.test('no batch is larger than a transaction may be', async (t) => {
  const small = Buffer.from(lineOf('88.1/a').repeat(IMPORT_BATCH_RECORDS + 1))
  t.match(await batchesOf([small]), [{ read: IMPORT_BATCH_RECORDS }, { read: 1 }])
  const bad = Buffer.from('x\n'.repeat(IMPORT_BATCH_RECORDS + 1))
  t.match(await batchesOf([bad]), [{ read: IMPORT_BATCH_RECORDS }, { read: 1 }])
  const large = Buffer.from(lineOf('88.1/a', 'x'.repeat(200_000)))
  const count = Math.ceil(IMPORT_BATCH_BYTES / 200_000) + 20
  const [first] = await batchesOf(Array.from({ length: count }, () => large))
  t.ok(first && first.spans[2 * first.recordCount - 1] as number < IMPORT_BATCH_BYTES + 200_100)
  t.ok(first && first.read < count)
})

t.test('lines that come slowly do not wait for many others', async (t) => {
  let now = 0
  function* chunks() {
    for (const name of ['a', 'b', 'c', 'd']) {
      yield Buffer.from(lineOf(`88.1/${name}`))
      now += IMPORT_BATCH_MS / 2
    }
  }
  t.same((await batchesOf(chunks(), false, clockAt(() => now))).map(({ keys }) => keys),
    ['88.1/A\n88.1/B\n88.1/C', '88.1/D'])
})

t.test('who waits for a batch gets what there is, when it is enough to be worth it', async (t) => {
  let awaited = false
  const text = Buffer.from(lineOf('88.1/a').repeat(IMPORT_BATCH_RECORDS_MIN - 1))
  function* chunks() {
    awaited = true
    yield text
    yield Buffer.from(lineOf('88.1/b'))
    awaited = false
    yield text
    yield text
  }
  const options = { strict: false, clock: clockAt(() => 0), isAwaited: () => awaited }
  const seen: number[] = []
  for await (const { read } of encodeLines(chunks(), options)) seen.push(read)
  t.same(seen, [IMPORT_BATCH_RECORDS_MIN, 2 * (IMPORT_BATCH_RECORDS_MIN - 1)])
})

t.test('strict reads up to the first bad line and no further', async (t) => {
  const pulled: string[] = []
  function* chunks() {
    for (const text of [lineOf('88.1/a'), `nonsense\n${lineOf('88.1/b')}`, lineOf('88.1/c')]) {
      pulled.push(text)
      yield Buffer.from(text)
    }
  }
  t.match(await batchesOf(chunks(), true), [{ keys: '88.1/A', badLines: [{ lineNumber: 2 }] }])
  t.equal(pulled.length, 2)
  t.match(await batchesOf([Buffer.from(`${lineOf('88.1/a')}nonsense`)], true),
    [{ keys: '88.1/A', badLines: [{ lineNumber: 2 }] }], 'also when it is the last one')
})

t.test('no lines: one empty batch', async (t) => {
  t.match(await batchesOf([]), [{ read: 0, recordCount: 0, bytesRead: 0 }])
})
