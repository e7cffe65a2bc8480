import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { ByteReader, BytesError, ByteWriter } from '../../src/lib/bytes.ts'
import { decodeBody, encodeBody } from '../../src/wire/body.ts'
import { versionOf } from '../../src/wire/version.ts'
import { shapes } from './arbitraries.ts'
import { plain } from './vectors.ts'
import { holds } from '../support/property.ts'

const version = versionOf(2, 11)

t.test('every body of every message', async (t) => {
  for (const [opcode, responseCode, bodies] of shapes) {
    holds(t, 'every generated case', fc.property(bodies, (body) => {
      const writer = new ByteWriter()
      encodeBody(writer, body, version)
      const reader = new ByteReader(writer.finish())
      assert.deepStrictEqual(plain(decodeBody(reader, opcode, responseCode, version)), plain(body))
      assert.strictEqual(reader.remaining, 0, `${opcode} ${responseCode}`)
    }), { numRuns: 40 })
  }
})

t.test('opcodes without a layout', async (t) => {
  for (const [opcode, code] of [
    [0, 0], [106, 0], [1000, 1], [9999, 0], [9999, 1], [200, 1],
  ] as const) {
    t.throws(() => decodeBody(new ByteReader(Buffer.alloc(0)), opcode, code, version), BytesError)
  }
})
