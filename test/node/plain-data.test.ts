import t from 'tap'
import { packData, unpackData } from '../../src/node/plain-data.ts'

t.test('plain data comes back as it was, its bytes in memory of their own', async (t) => {
  const part = Buffer.from('secret before, value, secret behind').subarray(15, 20)
  const data = { a: [1, 'x', null, undefined, part], b: { c: part, d: true } }
  const sent = structuredClone(packData(data)) as { b: { c: Uint8Array } }
  t.equal(sent.b.c.buffer.byteLength, 5, 'nothing of what lies beside it')
  const back = unpackData(sent) as typeof data
  t.same(back, data)
  t.ok(Buffer.isBuffer(back.b.c))
})
