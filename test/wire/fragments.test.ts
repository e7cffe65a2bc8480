import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { encodeFragments, Reassembler } from '../../src/wire/fragments.ts'
import { REASSEMBLY_COUNT_MAX } from '../../src/wire/limits.ts'
import { holds } from '../support/property.ts'

const message = (bytes: number, requestId = 7): Buffer => {
  const whole = Buffer.alloc(20 + bytes)
  for (let i = 20; i < whole.length; i++) whole[i] = i * 31
  whole.set([2, 11, 2, 11])
  whole.writeUInt32BE(requestId, 8)
  whole.writeInt32BE(bytes, 16)
  return whole
}

t.test('any order of fragments gives the message back', async (t) => {
  holds(t, 'every generated case', 
    fc.property(fc.integer({ min: 493, max: 9000 }), fc.infiniteStream(fc.nat()), (
      bytes, order,
    ) => {
      const whole = message(bytes)
      const fragments = encodeFragments(whole)
      const shuffled = [...fragments].sort(() => (order.next().value % 2 === 0 ? 1 : -1))
      const reassembler = new Reassembler()
      const results = shuffled.map((part) => reassembler.add(part, 'peer', 0))
      assert.ok(results.slice(0, -1).every((result) => result === undefined))
      assert.ok(results.at(-1)?.equals(whole))
      assert.strictEqual(reassembler.heldBytes, 0)
    }),
    { numRuns: 100 },
  )
})

t.test('every datagram has the total length, its number, TC, and at most 512 bytes', async (t) => {
  const fragments = encodeFragments(message(2309))
  t.equal(fragments.length, 5)
  t.same(fragments.map((part) => part.length), [512, 512, 512, 512, 361])
  fragments.forEach((part, sequence) => {
    t.equal(part.readInt32BE(16), 2309)
    t.equal(part.readInt32BE(12), sequence)
    t.equal(part[2], 0x22)
  })
  t.equal(encodeFragments(message(492)).length, 1, 'what fits is not fragmented')
})

t.test('foreign, doubled, oversize and stale fragments are left out', async (t) => {
  const [first, second] = encodeFragments(message(900))
  if (first === undefined || second === undefined) throw new Error('two fragments expected')
  const reassembler = new Reassembler()
  t.equal(reassembler.add(first, 'a', 0), undefined)
  t.equal(reassembler.add(second, 'b', 0), undefined, 'another peer')
  t.equal(reassembler.add(first, 'a', 0), undefined, 'twice the same')
  const wrongTotal = Buffer.from(second)
  wrongTotal.writeInt32BE(901, 16)
  t.equal(reassembler.add(wrongTotal, 'a', 0), undefined, 'another length')
  const tooFar = Buffer.from(second)
  tooFar.writeInt32BE(2, 12)
  t.equal(reassembler.add(tooFar, 'a', 0), undefined, 'a number beyond the last')
  t.equal(reassembler.add(second, 'a', 6000), undefined, 'the first was given up')
  t.equal(reassembler.pendingCount, 1)
})

t.test('half messages are bounded in number', async (t) => {
  const reassembler = new Reassembler()
  for (let id = 0; id < 500; id++) {
    const first = encodeFragments(message(900, id))[0]
    if (first !== undefined) reassembler.add(first, 'flood', 0)
  }
  t.equal(reassembler.pendingCount, REASSEMBLY_COUNT_MAX)
  t.equal(reassembler.heldBytes, REASSEMBLY_COUNT_MAX * 492)
})
