import t from 'tap'
import { type RecordBatch, RecordPacker } from '../../src/registry/record-batch.ts'

const rest = { read: 0, bytesRead: 0, badLines: [] }
const add = (packer: RecordPacker, name: string, block: string, undated = false): void => {
  const bytes = Buffer.from(name)
  packer.reserve(Math.max(bytes.length, block.length))
  const end = packer.blockBytes + packer.blocks.write(block, packer.blockBytes)
  packer.add(end, undated, bytes, 0, bytes.length)
}
const recordsOf = ({ recordCount, keys, names, blocks, spans, undated }: RecordBatch) =>
  Array.from({ length: recordCount }, (_, i) => [
    keys.split('\n')[i], names.split('\n')[i],
    blocks.toString('utf8', spans[2 * i], spans[2 * i + 1]), undated[i],
  ])

t.test('records come out by their keys, those of one key as they came', async (t) => {
  const packer = new RecordPacker()
  add(packer, '88.1/b', 'second', true)
  add(packer, '88.1/A', 'first')
  add(packer, '88', 'prefix')
  add(packer, '88.1/B', 'third')
  t.equal(packer.recordCount, 4)
  const batch = packer.finish(rest)
  t.same(recordsOf(batch), [
    ['0.NA/88', '88', 'prefix', 0], ['88.1/A', '88.1/A', 'first', 0],
    ['88.1/B', '88.1/b', 'second', 1], ['88.1/B', '88.1/B', 'third', 0],
  ])
  t.same(batch.prefixes, ['88.1', '0.NA'])
})

t.test('one batch after another; a prefix is told once', async (t) => {
  const packer = new RecordPacker()
  t.match(packer.finish(rest), { recordCount: 0, keys: '', prefixes: [] })
  add(packer, '88.1/é', 'x'.repeat(100_000))
  const first = packer.finish(rest)
  add(packer, '88.1/b', 'y')
  add(packer, '88.2/穗', '')
  const second = packer.finish(rest)
  t.same([first.prefixes, second.prefixes], [['88.1'], ['88.2']])
  t.same(recordsOf(first), [['88.1/é', '88.1/é', 'x'.repeat(100_000), 0]])
  t.same(recordsOf(second), [['88.1/B', '88.1/b', 'y', 0], ['88.2/穗', '88.2/穗', '', 0]])
  t.not(first.blocks.buffer, second.blocks.buffer, 'each can be given away')
})
