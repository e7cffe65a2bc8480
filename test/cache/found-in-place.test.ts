import t from 'tap'
import { FoundInPlace } from '../../src/cache/found-in-place.ts'

t.test('shows what it was given last, without a copy', async (t) => {
  const found = new FoundInPlace()
  const block = Buffer.from('values')
  t.equal(found.set({ kind: 'found', block, ttlSeconds: 60 }), found)
  t.equal(found.ttlSeconds, 60)
  t.same(found.block, block)
  found.start = 2
  t.equal(found.block.toString(), 'lues')
  t.equal(found.block.buffer, block.buffer)
  const copy = found.copy()
  block.fill(0)
  t.same(copy, { kind: 'found', block: Buffer.from('lues'), ttlSeconds: 60 })
})
