import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Test } from 'tap'
import { ByteReader, BytesError, ByteWriter } from '../../../src/lib/bytes.ts'
import { type Body, decodeBody, encodeBody } from '../../../src/wire/body.ts'
import { versionOf } from '../../../src/wire/version.ts'
import { shapes } from '../arbitraries.ts'
import { plain } from '../vectors.ts'
import { holds } from '../../support/property.ts'

const version = versionOf(2, 11)

/** Encodes and decodes generated bodies of some kinds, whole and with one byte fewer or more. */
export function checkRoundTrips(t: Test, kinds: readonly Body['kind'][]): void {
  const seen = new Set<string>()
  for (const [opcode, code, bodies] of shapes) {
    holds(t, 'every generated case', fc.property(bodies, (body) => {
      if (!kinds.includes(body.kind)) return
      seen.add(body.kind)
      const writer = new ByteWriter()
      encodeBody(writer, body, version)
      const bytes = writer.finish()
      const reader = new ByteReader(bytes)
      assert.deepStrictEqual(plain(decodeBody(reader, opcode, code, version)), plain(body))
      assert.strictEqual(reader.remaining, 0)
      if (refusesLess(bytes, body)) {
        const fewer = new ByteReader(bytes.subarray(0, -1))
        assert.throws(() => decodeBody(fewer, opcode, code, version), BytesError)
      }
    }), { numRuns: 30 })
  }
  t.strictSame([...seen].sort(), [...kinds].sort())
}

/** Whether nothing of the body reaches to its end whatever its length. */
function refusesLess(bytes: Buffer, body: Body): boolean {
  if (body.kind === 'session-setup' && body.key.mode === 'unknown') return false
  return bytes.length > 0
}
