import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { createWalkQuestion } from '../../../src/client/upstream/walk-question.ts'
import { decodePacket, encodePacket } from '../../../src/wire/message.ts'
import { character, holds } from '../../support/property.ts'

t.test('a question is what the encoder of all messages would make of it', async (t) => {
  const names = fc.string({ unit: character, minLength: 1, maxLength: 40 })
  const options = fc.record({
    recursionCount: fc.integer({ min: 0, max: 10 }), signed: fc.boolean(),
    digested: fc.boolean(), nowSeconds: fc.integer({ min: 0, max: 4_000_000_000 }),
  })
  holds(t, 'every generated case', fc.property(names, options, (name, rest) => {
    const bytes = createWalkQuestion(name, rest)
    const { envelope, message } = decodePacket(bytes)
    assert.deepStrictEqual(message.body, {
      kind: 'resolve', handle: name, indexes: [], types: [],
    })
    assert.equal(message.recursionCount, rest.recursionCount)
    assert.equal(message.expiration, rest.nowSeconds + 43_200)
    assert.equal((message.opFlags & 0x40000000) !== 0, rest.signed)
    assert.equal((message.opFlags & 0x00800000) !== 0, rest.digested)
    assert.deepStrictEqual(bytes, encodePacket(envelope, message))
  }))
  const usual = { recursionCount: 0, signed: false, digested: false, nowSeconds: 0 }
  const ids = new Set(Array.from({ length: 100 }, () =>
    decodePacket(createWalkQuestion('X', usual)).envelope.requestId))
  t.equal(ids.size, 100, 'each with an id of its own')
})
