import t from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { IMPORT_BATCH_RECORDS, LINE_BYTES_MAX } from '../../src/registry/limits.ts'
import { importRecords } from '../../src/registry/import.ts'
import { Registry } from '../../src/registry/registry.ts'
import { decodeValues } from '../../src/wire/values.ts'
import { createRegistry } from '../support/store.ts'

const lineOf = (handle: string, data = 'x', rest: object = {}): string =>
  JSON.stringify({ handle, values: [{ index: 1, type: 'URL', data, ...rest }] })
const bytes = (...lines: string[]): Buffer[] => [Buffer.from(lines.join('\n'))]

t.test('records come in, their prefixes are homed, and the summary says so', async (t) => {
  const { registry, store } = createRegistry(t)
  const lines = bytes(lineOf('88.1/a'), lineOf('88.1/b'), '', lineOf('88.x/c'), lineOf('88'))
  t.same(await importRecords(registry, lines, { actor: 'import' }), {
    read: 4, added: 4, changed: 0, unchanged: 0, bad: 0, prefixesHomed: ['88.1', '88.X', '0.NA'],
  })
  t.same(store.loadHomedPrefixes(), ['0.NA', '88.1', '88.X'])
  t.equal(store.findRecord(keyOf('88.1/A'))?.name, '88.1/a')
})

t.test('the records of prefixes below one are no claim to all prefixes', async (t) => {
  const { registry, store } = createRegistry(t)
  const lines = bytes(lineOf('88.118/P1'), lineOf('0.NA/88.118.8'))
  t.match(await importRecords(registry, lines, { actor: 'import' }), { prefixesHomed: ['88.118'] })
  t.same(store.loadHomedPrefixes(), ['88.118'])
})

t.test('the same import again changes nothing, not even a time or a number', async (t) => {
  const { registry, store, clock } = createRegistry(t)
  const lines = () => bytes(lineOf('88.1/a'), lineOf('88.1/b', 'x', { ttl: 5 }))
  await importRecords(registry, lines(), { actor: 'import' })
  const before = { records: [...store.records()], last: store.findLastChange() }
  clock.seconds += 1000
  t.same(await importRecords(registry, lines(), { actor: 'import' }), {
    read: 2, added: 0, changed: 0, unchanged: 2, bad: 0, prefixesHomed: [],
  })
  t.same({ records: [...store.records()], last: store.findLastChange() }, before)
})

t.test('timestamps that are given are kept, and make a change when they differ', async (t) => {
  const { registry, store } = createRegistry(t)
  const at = (timestamp: string) => bytes(lineOf('88.1/a', 'x', { timestamp }))
  await importRecords(registry, at('2020-01-01T00:00:00Z'), { actor: 'import' })
  const stored = () => decodeValues(store.findBlock(keyOf('88.1/a')) ?? Buffer.alloc(4))
  t.equal(stored()[0]?.timestamp, 1_577_836_800)
  t.match(await importRecords(registry, at('2021-01-01T00:00:00Z'), { actor: 'import' }),
    { changed: 1 })
  t.equal(stored()[0]?.timestamp, 1_609_459_200)
})

t.test('what is stored is found between what is not, whatever characters the names have',
  async (t) => {
    const { registry, store } = createRegistry(t)
    const names = ['A', 'C', 'é', '\ue000', '\uffff', '😀', '穗', 'Z/Z', 'B', '\u00ff\u0100']
    const stored = names.filter((_name, i) => i % 2 === 0).map((name) => `88.1/${name}`)
    await importRecords(registry, bytes(...stored.map((name) => lineOf(name))), { actor: 'import' })
    const last = store.findLastChange()?.number ?? 0
    const all = (data: string) => bytes(...names.map((name) => lineOf(`88.1/${name}`, data)))
    t.match(await importRecords(registry, all('x'), { actor: 'import' }),
      { added: 5, changed: 0, unchanged: 5 })
    t.equal(store.findLastChange()?.number, last + 5, 'what is the same is not logged')
    t.match(await importRecords(registry, all('y'), { actor: 'import' }),
      { added: 0, changed: 10, unchanged: 0 })
    t.match(store.verifyChanges(), { fault: null })
  })

t.test('one name twice in a file: the later line wins, the first spelling stays', async (t) => {
  const { registry, store } = createRegistry(t)
  const lines = bytes(lineOf('88.1/a', 'one'), lineOf('88.1/A', 'two'), lineOf('88.1/a', 'two'))
  t.match(await importRecords(registry, lines, { actor: 'import' }),
    { read: 3, added: 1, changed: 1, unchanged: 1 })
  t.equal(store.findRecord(keyOf('88.1/a'))?.name, '88.1/a')
  t.ok(store.findBlock(keyOf('88.1/a'))?.includes('two'))
  t.equal(store.countRecords(), 1)
})

t.test('a bad line is told with its number and reason, and the rest goes on', async (t) => {
  const { registry, store } = createRegistry(t)
  const told: [number, string][] = []
  const lines = bytes(
    lineOf('88.1/a'), 'nonsense', '   ', lineOf('/b'), 'x'.repeat(LINE_BYTES_MAX + 1),
    lineOf('88.1/c'))
  const summary = await importRecords(registry, lines, {
    actor: 'import', onBadLine: (number, reason) => told.push([number, reason]),
  })
  t.match(summary, { read: 5, added: 2, bad: 3 })
  t.match(told, [[2, /no JSON/], [4, /no identifier/], [5, /longer than 1048576 bytes/]])
  t.same(store.loadHomedPrefixes(), ['88.1'], 'a bad line homes nothing')
})

t.test('strict stops at the first bad line; what stands before it is in', async (t) => {
  const { registry, store } = createRegistry(t)
  const lines = bytes(lineOf('88.1/a'), 'nonsense', lineOf('88.1/c'))
  await t.rejects(importRecords(registry, lines, { actor: 'import', strict: true }),
    { name: 'ImportStoppedError', message: /^line 2: no JSON/,
      summary: { read: 2, added: 1, bad: 1, prefixesHomed: ['88.1'] } })
  t.equal(store.countRecords(), 1)
})

t.test('a byte order mark and Windows line ends', async (t) => {
  const { registry, store } = createRegistry(t)
  const text = `\ufeff${lineOf('88.1/a')}\r\n${lineOf('88.1/b')}\r\n`
  t.match(await importRecords(registry, [Buffer.from(text)], { actor: 'import' }),
    { added: 2, bad: 0 })
  t.equal(store.countRecords(), 2)
})

t.test('the last line of a key counts, however many there are', async (t) => {
  const { registry, store } = createRegistry(t)
  const names = Array.from({ length: 1_500 }, (_, i) => `88.1/${i}`)
  const lines = names.flatMap((name, i) => [
    lineOf(name), ...(i % 2 === 0 ? [lineOf(name.toLowerCase(), 'other')] : [])])
  const summary = await importRecords(registry, bytes(...lines), { actor: 'import' })
  t.match(summary, { read: 2_250, added: 1_500, changed: 750, unchanged: 0 })
  t.equal(store.countRecords(), 1_500)
  for (const [i, name] of names.entries()) {
    const block = store.findBlock(keyOf(name))
    if (block?.includes('other') !== (i % 2 === 0)) t.fail(name)
  }
  t.match(store.verifyChanges(), { sound: 1_501, fault: null })
})

t.test('in batches, with progress, from a stream', async (t) => {
  const { store, generations, clock } = createRegistry(t)
  const total = IMPORT_BATCH_RECORDS + 10
  let commits = 0
  const registry = new Registry({ store, generations, clock, onCommitted: () => { commits++ } })
  async function* chunks() {
    for (let i = 0; i < total; i += 1000) {
      yield Buffer.from(Array.from({ length: Math.min(1000, total - i) }, (_, j) =>
        `${lineOf(`88.1/${i + j}`)}\n`).join(''))
    }
  }
  const seen: number[] = []
  const summary = await importRecords(registry, chunks(), {
    actor: 'import', onProgress: (_bytes, records) => seen.push(records),
  })
  t.match(summary, { added: total })
  t.equal(commits, 2)
  t.equal(seen.at(-1), total)
  t.ok(seen.every((count, i) => i === 0 || count >= (seen[i - 1] ?? 0)))
  t.equal(store.countRecords(), total)
})

t.test('a store that fails is no bad line: the import ends with its error', async (t) => {
  const { registry, store } = createRegistry(t)
  store.transact = () => { throw new Error('the disk is full') }
  const lines = bytes(lineOf('88.1/a'))
  await t.rejects(importRecords(registry, lines, { actor: 'import' }), /the disk is full/)
  t.equal(store.countRecords(), 0)
})
