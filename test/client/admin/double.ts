import { getDiffieHellman, type KeyObject, sign } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import type { HostPort } from '../../../src/lib/host-port.ts'
import { MacKey } from '../../../src/lib/mac.ts'
import { decodePublicKey } from '../../../src/record/public-key.ts'
import type { Body } from '../../../src/wire/body.ts'
import {
  createSessionCredential,
  isSessionCredentialValid,
  signedInput,
} from '../../../src/wire/credential.ts'
import { digestRequest } from '../../../src/wire/digest.ts'
import {
  decryptMessage,
  deriveSessionKeys,
  encryptMessage,
  type SessionKeys,
} from '../../../src/wire/encryption.ts'
import { decodeEnvelope, encodeEnvelope, type Envelope } from '../../../src/wire/envelope.ts'
import { hasOpFlag, opFlags } from '../../../src/wire/flags.ts'
import { FrameReader } from '../../../src/wire/frames.ts'
import { CODE } from '../../../src/wire/layout.ts'
import {
  decodeHeaderAndBody,
  decodeMessage,
  encodeHeaderAndBody,
  encodeMessage,
  type Message,
} from '../../../src/wire/message.ts'
import { encodeDiffieHellmanOffer } from '../../../src/wire/session-offer.ts'

/** What the double has been asked, in order. */
export interface Asked {
  readonly envelope: Envelope
  readonly message: Message
}

export interface Reply {
  readonly code: number
  readonly body: Body
  readonly more?: boolean
}

/** Ways to be a bad server. */
export interface Manners {
  /** What an authenticated, or needless, request is answered with. */
  readonly reply?: (asked: Asked) => readonly Reply[]
  readonly noSessions?: boolean
  /** Nobody has to prove anything. */
  readonly open?: boolean
  readonly wrongDigest?: boolean
  readonly unsigned?: boolean
  readonly wrongMac?: boolean
  readonly encrypted?: boolean
  readonly closeAfterAnswer?: boolean
  readonly silent?: boolean
  /** Signs answers that are asked to be certified outside a session. */
  readonly key?: KeyObject
  /** Whether a proof is right. */
  readonly isRight?: (challenge: Buffer, answer: Buffer, type: string) => boolean | Promise<boolean>
}

export interface Double {
  readonly address: HostPort
  readonly asked: Asked[]
  /** Counters that the session's requests carried. */
  readonly counters: number[]
  connectionCount: number
  forgetSessions(): void
  stop(): Promise<void>
}

interface Session {
  readonly keys: SessionKeys
  authenticated: boolean
}

const nonce = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const success: Reply = { code: CODE.success, body: { kind: 'empty' } }

/** A server made of the codec alone that challenges, opens sessions, signs and encrypts. */
export async function startDouble(manners: Manners): Promise<Double> {
  const asked: Asked[] = []
  const counters: number[] = []
  const sessions = new Map<number, Session>()
  const challenges = new Map<number, { asked: Asked; digest: Buffer; session: Session | null }>()
  let lastId = 100
  const sockets = new Set<Socket>()

  async function answer(frame: Buffer): Promise<Buffer[]> {
    const envelope = decodeEnvelope(frame.subarray(0, 20))
    const session = sessions.get(envelope.sessionId) ?? null
    const bytes = envelope.encrypted && session !== null
      ? decryptMessage(session.keys.cipherKey, frame.subarray(20))
      : frame.subarray(20)
    const one = { envelope, message: decodeMessage(bytes) }
    asked.push(one)
    const digested = decodeHeaderAndBody(bytes)
    const digest = digestRequest('sha256', digested).bytes
    const { message } = one
    if (message.body.kind === 'session-setup') return [setUp(one, digest)]
    if (message.body.kind === 'challenge-answer') return replyToProof(one, digest)
    if (session === null && envelope.sessionId !== 0) {
      const body = { kind: 'error', message: 'Unknown session', indexes: null } as const
      return [encode(one, digest, { code: CODE.sessionTimeout, body }, null)]
    }
    if (session !== null) {
      const { credential } = message
      counters.push(credential?.sessionCounter ?? -1)
      const valid = credential !== null
        && isSessionCredentialValid(credential, session.keys.macKey, envelope, digested)
      const body = { kind: 'error', message: 'MAC', indexes: null } as const
      if (!valid) return [encode(one, digest, { code: CODE.invalidSessionKey, body }, null)]
    }
    if (manners.open !== true && session?.authenticated !== true) {
      const id = session === null ? ++lastId : envelope.sessionId
      challenges.set(id, { asked: one, digest, session })
      const shown = manners.wrongDigest === true ? Buffer.alloc(32) : digest
      const body = { kind: 'challenge', nonce } as const
      return [encode(one, shown, { code: CODE.authenticationNeeded, body }, null, id)]
    }
    return replies(one, one, digest, session)
  }

  function replies(from: Asked, to: Asked, digest: Buffer, session: Session | null): Buffer[] {
    return (manners.reply?.(from) ?? [success]).map((reply) =>
      encode(to, digest, reply, session, session === null ? 0 : to.envelope.sessionId,
        from.message.opcode))
  }

  async function replyToProof(one: Asked, digest: Buffer): Promise<Buffer[]> {
    const { body } = one.message
    const challenge = challenges.get(one.envelope.sessionId)
    challenges.delete(one.envelope.sessionId)
    if (challenge === undefined || body.kind !== 'challenge-answer') {
      const failure = { kind: 'error', message: 'Unknown challenge', indexes: null } as const
      return [encode(one, digest, { code: CODE.sessionTimeout, body: failure }, null)]
    }
    const proven = Buffer.concat([nonce, challenge.digest])
    if (await manners.isRight?.(proven, body.answer, body.authType) === false) {
      const failure = { kind: 'error', message: 'wrong', indexes: null } as const
      return [encode(one, digest, { code: CODE.authenticationFailed, body: failure }, null)]
    }
    if (challenge.session !== null) challenge.session.authenticated = true
    // As the peers do it, the answer is one to the first request, under the second's id.
    return replies(challenge.asked, one, challenge.digest, challenge.session)
  }

  function setUp(one: Asked, digest: Buffer): Buffer {
    const { body } = one.message
    if (manners.noSessions === true || body.kind !== 'session-setup'
      || body.key.mode !== 'diffie-hellman') {
      const failure = { kind: 'error', message: 'no sessions here', indexes: null } as const
      return encode(one, digest, { code: CODE.sessionFailed, body: failure }, null)
    }
    const theirs = decodePublicKey(body.key.publicKey)
    if (theirs.algorithm !== 'dh') throw new Error('no DH key')
    const group = getDiffieHellman('modp2')
    const y = group.generateKeys()
    const keys = deriveSessionKeys(group.computeSecret(theirs.y))
    const id = ++lastId
    sessions.set(id, { keys, authenticated: false })
    const publicKey = { ...theirs, y: y[0] === 0 ? y.subarray(1) : y }
    const data = encodeDiffieHellmanOffer({ cipher: 'aes', publicKey })
    const offer = { kind: 'session-offer', mode: 4, data, spareBytes: true } as const
    return encode(one, digest, { code: CODE.success, body: offer }, null, id)
  }

  function encode(
    to: Asked, digest: Buffer, reply: Reply, session: Session | null, sessionId = 0,
    opcode = to.message.opcode,
  ): Buffer {
    const wanted = to.message.opFlags
    const digesting = hasOpFlag(wanted, 'returnDigest') || reply.code === 402
    const flags = opFlags('authoritative',
      ...(digesting ? ['returnDigest' as const] : []),
      ...(hasOpFlag(wanted, 'certify') ? ['certify' as const] : []),
      ...(reply.more === true ? ['continuous' as const] : []))
    const envelope = { ...to.envelope, sessionId, sequence: 0 }
    const plain = {
      opcode, responseCode: reply.code, opFlags: flags, siteSerial: 1, recursionCount: 0,
      expiration: to.message.expiration,
      digest: digesting ? { algorithm: 'sha256', bytes: digest } as const : null,
      body: reply.body,
    }
    const part = encodeHeaderAndBody(plain)
    const message = encodeMessage({ ...plain, credential: credentialOf(part) })
    const hidden = manners.encrypted === true && session !== null
    const body = hidden ? encryptMessage(session.keys.cipherKey, nonce, message) : message
    const head = encodeEnvelope({ ...envelope, encrypted: hidden, messageLength: body.length })
    return Buffer.concat([head, body])

    function credentialOf(bytes: Buffer) {
      if (!hasOpFlag(wanted, 'certify') || manners.unsigned === true) return null
      if (session !== null) {
        const key = manners.wrongMac === true ? new MacKey(nonce) : session.keys.macKey
        return createSessionCredential(key, envelope, 0, bytes)
      }
      const input = signedInput(envelope, 0, bytes)
      if (manners.key === undefined || input === undefined) return null
      return {
        version: 0, options: 0, signerHandle: '', sessionCounter: 0, type: 'HS_SIGNED',
        hashAlgorithm: 'SHA-256', signature: sign('sha256', input, manners.key),
      }
    }
  }

  const double: Double = {
    address: { host: '127.0.0.1', port: 0 }, asked, counters, connectionCount: 0,
    forgetSessions: () => { sessions.clear() },
    stop: async () => {
      if (!server.listening) return
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  const server = createServer((socket) => {
    double.connectionCount++
    sockets.add(socket)
    const frames = new FrameReader()
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      if (manners.silent === true) return
      frames.push(chunk, (bytes, offset, end) => {
        void answer(Buffer.from(bytes.subarray(offset, end))).then((all) => {
          for (const one of all) socket.write(one)
          if (manners.closeAfterAnswer === true) socket.end()
        })
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return Object.assign(double, { address: { host: '127.0.0.1', port: bound.port } })
}
