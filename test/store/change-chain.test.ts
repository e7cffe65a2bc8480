import { createHash } from 'node:crypto'
import t from 'tap'
import { CHAIN_START, type ChainedChange, ChainHasher } from '../../src/store/change-chain.ts'

const hasher = new ChainHasher()
const chainHash = (before: Buffer, one: ChainedChange): Buffer => hasher.hash(before, one)
const change: ChainedChange = {
  number: 1, timeMs: 1_700_000_000_000, actor: 'import', operation: 'put', name: '88.1/A',
  block: Buffer.from('00000000', 'hex'),
}

t.test('covers the hash before and every field', async (t) => {
  const seen = new Set<string>()
  const variants: ChainedChange[] = [
    change,
    { ...change, number: 2 },
    { ...change, timeMs: change.timeMs + 1 },
    { ...change, actor: 'seed' },
    { ...change, operation: 'delete' },
    { ...change, name: '88.1/B' },
    { ...change, block: Buffer.from('00000001', 'hex') },
    { ...change, block: Buffer.alloc(0) },
    { ...change, block: null },
    // The same letters, otherwise cut.
    { ...change, actor: 'impor', operation: 'tput' },
  ]
  for (const variant of variants) seen.add(chainHash(CHAIN_START, variant).toString('hex'))
  seen.add(chainHash(Buffer.alloc(32, 1), change).toString('hex'))
  t.equal(seen.size, variants.length + 1)
})

t.test('is what anyone can compute: a log written today is verified tomorrow', async (t) => {
  const fields = '[1,1700000000000,"import","put","88.1/A",4]'
  const expected = createHash('sha256')
    .update(Buffer.alloc(32)).update(fields).update(Buffer.alloc(4)).digest('hex')
  t.equal(chainHash(CHAIN_START, change).toString('hex'), expected)
})

t.test('takes entries of any size, one after the other', async (t) => {
  for (const size of [8_000, 8_192, 1_000_000, 10]) {
    const large = { ...change, name: '88.1/电机', block: Buffer.alloc(size, 1) }
    const fields = `[1,1700000000000,"import","put","88.1/电机",${size}]`
    const expected = createHash('sha256')
      .update(CHAIN_START).update(fields).update(large.block).digest('hex')
    t.equal(chainHash(CHAIN_START, large).toString('hex'), expected)
  }
})
