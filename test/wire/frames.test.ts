import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { FrameReader } from '../../src/wire/frames.ts'
import { holds } from '../support/property.ts'

const frame = (payloadBytes: number, mark: number): Buffer => {
  const bytes = Buffer.alloc(20 + payloadBytes, mark)
  bytes.writeInt32BE(payloadBytes, 16)
  return bytes
}

const collect = (reader: FrameReader, chunks: Buffer[]): Buffer[] => {
  const frames: Buffer[] = []
  for (const chunk of chunks) {
    const error = reader.push(chunk, (bytes, offset, end) => {
      frames.push(Buffer.from(bytes.subarray(offset, end)))
    })
    if (error !== undefined) throw new Error(error)
  }
  return frames
}

t.test('however a stream is cut into chunks, the frames are the same', async (t) => {
  const sizes = fc.array(fc.oneof(fc.nat(60), fc.nat(3000)), { minLength: 1, maxLength: 12 })
  holds(t, 'every generated case', 
    fc.property(sizes, fc.array(fc.integer({ min: 1, max: 700 })), (payloads, cuts) => {
      const frames = payloads.map((size, i) => frame(size, i + 1))
      const stream = Buffer.concat(frames)
      const chunks: Buffer[] = []
      let at = 0
      for (let i = 0; at < stream.length; i++) {
        const size = cuts.length === 0 ? stream.length : (cuts[i % cuts.length] ?? 1)
        chunks.push(stream.subarray(at, at + size))
        at += size
      }
      const reader = new FrameReader()
      const read = collect(reader, chunks)
      assert.strictEqual(read.length, frames.length)
      assert.ok(read.every((bytes, i) => frames[i]?.equals(bytes)))
      assert.strictEqual(reader.pendingBytes, 0)
    }),
    { numRuns: 300 },
  )
})

t.test('an announced length beyond the limit ends the stream at once', async (t) => {
  for (const [length, error] of [
    [262_145, 'length-above-limit'], [-1, 'length-below-zero'],
  ] as const) {
    const bytes = frame(0, 1)
    bytes.writeInt32BE(length, 16)
    t.equal(new FrameReader().push(bytes, () => t.fail()), error)
    const reader = new FrameReader()
    t.equal(reader.push(bytes.subarray(0, 7), () => t.fail()), undefined)
    t.equal(reader.push(bytes.subarray(7), () => t.fail()), error, 'in two pieces as well')
  }
})

t.test('memory grows with what arrived, not with what was announced', async (t) => {
  const bytes = frame(0, 1)
  bytes.writeInt32BE(262_144, 16)
  const reader = new FrameReader()
  reader.push(bytes, () => t.fail())
  reader.push(Buffer.alloc(10), () => t.fail())
  t.equal(reader.pendingBytes, 30)
})
