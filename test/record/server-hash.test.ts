import t from 'tap'
import { hashOf, remainderOf, serverIndexOf } from '../../src/record/server-hash.ts'
import { loadVectors } from '../wire/vectors.ts'

const options = ['prefix', 'suffix', 'whole'] as const

t.test('vectors', async (t) => {
  for (const vector of loadVectors('handle-9.2').serverHashes) {
    const option = options[vector.hashOption as 0 | 1 | 2]
    t.equal(hashOf(vector.handle, option), vector.hash)
    t.equal(serverIndexOf(vector.handle, option, 3), vector.serverOf3)
    t.equal(serverIndexOf(vector.handle, option, 7), vector.serverOf7)
  }
  for (const vector of loadVectors('handle-9.3.1').serverHashes) {
    for (const option of options) t.equal(hashOf(vector.handle, option), vector[option])
  }
})

t.test('the number without a positive counterpart', async (t) => {
  t.equal(Math.abs(-0x80000000) | 0, -0x80000000)
  t.equal(remainderOf(-0x80000000, 3), 2)
  t.equal(remainderOf(-0x80000000, 7), 2)
  t.equal(remainderOf(-0x80000000, 2), 0)
})
