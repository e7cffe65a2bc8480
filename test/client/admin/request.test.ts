import t from 'tap'
import { requestOf, encodeRequest } from '../../../src/client/admin/request.ts'
import { AdminSession, beginSession } from '../../../src/client/admin/session.ts'
import { parseIdentifier } from '../../../src/identifier/identifier.ts'
import { decodePublicKey } from '../../../src/record/public-key.ts'
import { isSessionCredentialValid } from '../../../src/wire/credential.ts'
import { deriveSessionKeys } from '../../../src/wire/encryption.ts'
import { decodeHeaderAndBody, decodePacket, type Packet } from '../../../src/wire/message.ts'
import { hex, loadVectors } from '../../wire/vectors.ts'

/** What the stock client sent in the exchange that was captured, in order. */
const captured: Packet[] = loadVectors('handle-9.3.1').capture
  .filter(({ name }: { name: string }) => name.endsWith('C'))
  .map(({ hex: bytes }: { hex: string }) => decodePacket(hex(bytes)))

const keys = deriveSessionKeys(Buffer.alloc(128, 7))

t.test('a session is asked for as the stock client does it', async (t) => {
  const [theirs] = captured
  const identity = { handle: '1234/ADMIN', index: 300 }
  const { bytes } = encodeRequest(beginSession(identity).request, 1, 0, null)
  const ours = decodePacket(bytes)
  const { body } = ours.message
  t.match(theirs?.message, { ...ours.message, expiration: Number, body: {} })
  const their = theirs?.message.body
  if (body.kind !== 'session-setup' || their?.kind !== 'session-setup') throw new Error('no setup')
  t.strictSame({ ...body, key: null }, { ...their, key: null })
  if (body.key.mode !== 'diffie-hellman' || their.key.mode !== 'diffie-hellman') {
    throw new Error('no DH key')
  }
  const [own, other] = [decodePublicKey(body.key.publicKey), decodePublicKey(their.key.publicKey)]
  t.strictSame({ ...own, y: null }, { ...other, y: null }, 'the same group')
})

t.test('commands are what the stock client sends', async (t) => {
  const session = new AdminSession(0x92, keys)
  for (const { message } of captured) {
    const { body, opcode } = message
    const handle = parseIdentifier('handle' in body ? body.handle : '')
    if (handle === undefined || (body.kind !== 'record' && body.kind !== 'name')) continue
    const request = requestOf(body.kind === 'record'
      ? { kind: 'create', handle, values: body.values, overwrite: false, mint: false }
      : { kind: 'delete', handle })
    const { bytes, digested } = encodeRequest(request, 5, session.id, session)
    const { envelope, message: ours } = decodePacket(bytes)
    t.equal(ours.opcode, opcode)
    t.equal(ours.opFlags, message.opFlags)
    t.strictSame(ours.body, body)
    t.match(ours.credential, { type: 'HS_MAC', hashAlgorithm: 'HMAC-SHA256', signerHandle: '' })
    t.ok(digested.equals(decodeHeaderAndBody(bytes.subarray(20))))
    t.ok(ours.credential !== null
      && isSessionCredentialValid(ours.credential, keys.macKey, envelope, digested))
  }
  t.equal(session.nextCounter(), 4, 'two creations and a deletion')
})
