import fc from 'fast-check'
import type { Site } from '../../src/record/site.ts'
import type { HandleValue } from '../../src/record/value.ts'
import type { Body } from '../../src/wire/body.ts'
import type { Credential } from '../../src/wire/credential.ts'
import type { RequestDigest } from '../../src/wire/digest.ts'
import type { Envelope } from '../../src/wire/envelope.ts'
import { OP_FLAG } from '../../src/wire/layout.ts'
import type { Message } from '../../src/wire/message.ts'
import { character } from '../support/property.ts'

/** Generators of everything that the codec knows. */
export const uint8 = fc.integer({ min: 0, max: 0xff })
export const uint16 = fc.integer({ min: 0, max: 0xffff })
export const uint32 = fc.integer({ min: 0, max: 0xffffffff })
export const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
export const text = fc.string({ unit: character, maxLength: 24 })
export const bytes = fc.uint8Array({ maxLength: 48 }).map((array) => Buffer.from(array))
const exact = (length: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array))
const few = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { maxLength: 4 })

export const references = few(fc.record({ handle: text, index: uint32 }))

export const values: fc.Arbitrary<HandleValue> = fc
  .record({
    index: uint32, type: text, data: bytes, absolute: fc.boolean(), seconds: uint32,
    permissions: uint8, timestamp: uint32, references,
  })
  .map(({ absolute, seconds, ...rest }) => ({
    ...rest,
    ttlType: absolute ? 'absolute' : 'relative',
    ttl: absolute ? seconds : seconds | 0,
  }))

export const sites: fc.Arbitrary<Site> = fc.record({
  version: uint16, protocolMajor: uint8, protocolMinor: uint8, serialNumber: uint16,
  primary: fc.boolean(), multiPrimary: fc.boolean(),
  hashOption: fc.constantFrom('prefix' as const, 'suffix' as const, 'whole' as const),
  hashFilter: bytes,
  attributes: few(fc.record({ name: text, value: text })),
  servers: few(fc.record({
    serverId: uint32, address: exact(16), publicKey: bytes,
    interfaces: few(fc.record({
      admin: fc.boolean(), query: fc.boolean(),
      protocol: fc.constantFrom('udp' as const, 'tcp' as const, 'http' as const, 'https' as const),
      port: uint32,
    })),
  })),
})

export const digests: fc.Arbitrary<RequestDigest> = fc.oneof(
  exact(16).map((bytes) => ({ algorithm: 'md5-old' as const, bytes })),
  exact(16).map((bytes) => ({ algorithm: 'md5' as const, bytes })),
  exact(20).map((bytes) => ({ algorithm: 'sha1' as const, bytes })),
  exact(32).map((bytes) => ({ algorithm: 'sha256' as const, bytes })),
)

export const credentials: fc.Arbitrary<Credential> = fc.record({
  version: uint8, options: uint16, signerHandle: text, sessionCounter: uint32, type: text,
  hashAlgorithm: text, signature: bytes,
})

export const envelopes: fc.Arbitrary<Omit<Envelope, 'messageLength'>> = fc.record({
  major: fc.constant(2), minor: fc.integer({ min: 9, max: 255 }),
  suggestedMajor: fc.integer({ min: 0, max: 3 }), suggestedMinor: uint8,
  compressed: fc.constant(false), encrypted: fc.constant(false), truncated: fc.constant(false),
  sessionId: uint32, requestId: uint32, sequence: uint32,
})

const name = text.map((handle) => ({ kind: 'name' as const, handle }))
const record =
  fc.record({ kind: fc.constant('record' as const), handle: text, values: few(values) })
const share = fc.record({ hashType: uint8, serverCount: uint32, serverNumber: uint32 })
const setup = fc.record({
  kind: fc.constant('session-setup' as const), timeoutSeconds: uint32, identityHandle: text,
  identityIndex: uint32,
  key: fc.oneof(
    fc.record({
      mode: fc.constantFrom('client-rsa' as const, 'diffie-hellman' as const), publicKey: bytes,
    }),
    fc.constant({ mode: 'server-rsa' as const }),
    fc.record({ mode: fc.constant('key-in-handle' as const), handle: text, index: uint32 }),
  ),
  spareBytes: fc.boolean(),
})
const transactions = fc.record({
  kind: fc.constant('transactions' as const),
  since: fc.oneof(
    fc.record({
      form: fc.constant('single-source' as const), transactionId: int64, dateMs: int64,
    }),
    fc.record({ form: fc.constant('state' as const), state: text }),
  ),
  share,
})
const dump = fc.record({
  kind: fc.constant('dump' as const), share,
  start: fc.option(fc.record({ point: text, type: fc.integer({ min: 0, max: 3 }) })),
})

type Shape = readonly [opcode: number, responseCode: number, body: fc.Arbitrary<Body>]

/** Opcode, response code and body of every message there is. */
export const shapes: readonly Shape[] = [
  [1, 0, fc.record({
    kind: fc.constant('resolve' as const), handle: text, indexes: few(uint32), types: few(text),
  })],
  ...[2, 101, 105, 300, 301, 302, 401, 1000, 1003].map((opcode): Shape => [opcode, 0, name]),
  ...[100, 102, 104].map((opcode): Shape => [opcode, 0, record]),
  [103, 0, fc.record({ kind: fc.constant('indexes' as const), handle: text,
    indexes: few(uint32) })],
  [200, 0, fc.record({
    kind: fc.constant('challenge-answer' as const), authType: text, userHandle: text,
    userIndex: uint32, answer: bytes,
  })],
  [201, 0, fc.record({
    kind: fc.constant('verify-challenge' as const), userHandle: text, userIndex: uint32,
    nonce: bytes, requestDigest: bytes, answer: bytes,
  })],
  [400, 0, setup],
  [400, 0, bytes.map((rest) => ({
    kind: 'session-setup' as const, timeoutSeconds: 1, identityHandle: '', identityIndex: 0,
    key: { mode: 'unknown' as const, number: 9, rest }, spareBytes: false,
  }))],
  [402, 0, bytes.map((encryptedKey) => ({ kind: 'key-exchange' as const, encryptedKey }))],
  [1001, 0, transactions],
  [1002, 0, dump],
  [1, 1, record],
  [2, 1, sites.map((site) => ({ kind: 'site' as const, site }))],
  [100, 1, fc.oneof<fc.Arbitrary<Body>[]>(name, fc.constant({ kind: 'empty' as const }))],
  ...[105, 302].map((opcode): Shape => [opcode, 1, few(text).map((handles) => (
    { kind: 'handles' as const, handles }))]),
  ...[101, 102, 103, 104, 300, 301, 401, 402, 1002, 1003].map((opcode): Shape => (
    [opcode, 1, fc.constant({ kind: 'empty' as const })])),
  [201, 1, fc.boolean().map((valid) => ({ kind: 'verified' as const, valid }))],
  [400, 1, fc.record({
    kind: fc.constant('session-offer' as const), mode: uint16, data: bytes,
    spareBytes: fc.boolean(),
  })],
  [1001, 1, fc.boolean().map((keepAlive) => ({ kind: 'transactions-start' as const, keepAlive }))],
  ...[302, 303].map((code): Shape => [1, code, fc.record({
    kind: fc.constant('referral' as const), handle: text,
      values: fc.option<readonly HandleValue[]>(few(values)),
  })]),
  [100, 402, bytes.map((nonce) => ({ kind: 'challenge' as const, nonce }))],
  ...[2, 3, 4, 5, 7, 100, 101, 200, 202, 301, 400, 403, 500, 505].map((code): Shape => (
    [1, code, fc.record({
      kind: fc.constant('error' as const), message: text,
        indexes: fc.option<readonly number[]>(few(uint32)),
    })])),
]

export const messages: fc.Arbitrary<Message> = fc.constantFrom(...shapes).chain(
  ([opcode, responseCode, body]) =>
    fc.record({
      opFlags: uint32, siteSerial: uint16, recursionCount: uint8, expiration: uint32,
      digest: responseCode === 0 ? fc.constant(null) : fc.option(digests),
      body,
      credential: fc.option(credentials),
    }).map(({ opFlags, digest, ...rest }) => ({
      ...rest,
      opcode,
      responseCode,
      opFlags: withDigestFlag(opFlags, responseCode, digest !== null),
      digest,
    })),
)

function withDigestFlag(opFlags: number, responseCode: number, hasDigest: boolean): number {
  if (responseCode === 0) return opFlags
  const others = opFlags & ~OP_FLAG.returnDigest
  return (hasDigest ? others | OP_FLAG.returnDigest : others) >>> 0
}
