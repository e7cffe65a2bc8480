import fc from 'fast-check'
import t from 'tap'
import { Slab } from '../../src/cache/slab.ts'
import type { IdentifierKey } from '../../src/identifier/identifier.ts'
import { KeyBytes } from '../../src/identifier/key-bytes.ts'

const key = new KeyBytes()
const NOTHING = Buffer.alloc(0)

const put = (slab: Slab, name: string, payload: Buffer): boolean => {
  key.setText(name as IdentifierKey)
  const at = slab.add(key, payload.length)
  if (at < 0) return false
  payload.copy(slab.bytes, at)
  return true
}

const get = (slab: Slab, name: string, length: number): Buffer | undefined => {
  key.setText(name as IdentifierKey)
  const at = slab.find(key)
  return at < 0 ? undefined : Buffer.from(slab.bytes.subarray(at, at + length))
}

const payloadOf = (number: number, length: number): Buffer => {
  const payload = Buffer.alloc(length, number & 0xff)
  if (length >= 4) payload.writeInt32BE(number)
  return payload
}

t.test('finds what was put last under a key, or nothing: never anything else', async (t) => {
  const step = fc.record({
    name: fc.integer({ min: 0, max: 60 }).map((number) => `A/${number}`),
    length: fc.integer({ min: 0, max: 300 }),
    read: fc.boolean(),
  })
  fc.assert(fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
    const slab = new Slab(4096)
    const model = new Map<string, Buffer>()
    for (const [number, { name, length, read }] of steps.entries()) {
      if (read) {
        const found = get(slab, name, model.get(name)?.length ?? 0)
        if (found !== undefined && !found.equals(model.get(name) ?? NOTHING)) return false
      } else {
        const payload = payloadOf(number, length)
        if (put(slab, name, payload)) model.set(name, payload)
        if (get(slab, name, length)?.equals(payload) !== true) return false
      }
      if (slab.usedBytes > slab.bytes.length) return false
    }
    return true
  }), { numRuns: 200, seed: 11 })
  t.pass('in 200 runs')
})

t.test('keeps what is used and lets the rest go, oldest first', async (t) => {
  const slab = new Slab(100_000)
  let lost = 0
  for (let i = 0; i < 10_000; i++) {
    put(slab, `A/${i}`, payloadOf(i, 100))
    if (get(slab, 'A/0', 100) === undefined) lost++
  }
  t.equal(lost, 0)
  t.same(get(slab, 'A/0', 100), payloadOf(0, 100))
  t.equal(get(slab, 'A/1', 100), undefined)
  t.same(get(slab, 'A/9999', 100), payloadOf(9999, 100))
  t.ok(slab.count > 600 && slab.count < 800, `${slab.count} entries of 120 bytes`)
})

t.test('holds nearly as many as fit: a full bucket is rare', async (t) => {
  const slab = new Slab(1_000_000)
  const count = 4_000
  for (let i = 0; i < count; i++) put(slab, `88.118.${i % 640}/P${i}`, payloadOf(i, 180))
  t.ok(slab.usedBytes < slab.bytes.length)
  t.ok(slab.count >= count * 0.99, `${slab.count} of ${count}`)
})

t.test('what is too large is not kept, and takes nothing away', async (t) => {
  const slab = new Slab(10_000)
  t.ok(put(slab, 'A/1', payloadOf(1, 50)))
  t.notOk(put(slab, 'A/2', payloadOf(2, 5_000)))
  t.same(get(slab, 'A/1', 50), payloadOf(1, 50))
  t.notOk(put(new Slab(0), 'A/1', payloadOf(1, 1)))
})
