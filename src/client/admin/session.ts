import { type DiffieHellmanGroup, getDiffieHellman } from 'node:crypto'
import { BytesError } from '../../lib/bytes.ts'
import type { Identity } from '../../record/command.ts'
import { type DhPublicKey, encodePublicKey } from '../../record/public-key.ts'
import type { SessionOfferBody } from '../../wire/bodies/session.ts'
import { deriveSessionKeys, type SessionKeys } from '../../wire/encryption.ts'
import { OPCODE } from '../../wire/layout.ts'
import { decodeDiffieHellmanOffer } from '../../wire/session-offer.ts'
import type { AdminRequest } from './request.ts'

/** What both sides of a session know (§5.5 Sessions). */
export class AdminSession {
  readonly id: number
  readonly keys: SessionKeys
  /** Whether the server has seen a proof of identity in it. */
  authenticated = false
  #counter = 0

  constructor(id: number, keys: SessionKeys) {
    this.id = id
    this.keys = keys
  }

  /** Every message has a number of its own, so that none can be sent a second time. */
  nextCounter(): number {
    return ++this.#counter
  }
}

/** A server that opens no session; the message is for people, without a full stop. */
export class SessionError extends Error {
  override readonly name = 'SessionError'
}

/** A session being set up: our half of the secret. */
export interface SessionSetup {
  readonly request: AdminRequest
  /** The keys that follow from the server's half. @throws BytesError */
  accept(offer: SessionOfferBody): SessionKeys
}

/** The peers' life of a session: a day. */
const timeoutSeconds = 86_400
/** For a session that is nobody's (§5.5 Sessions). */
const indexOfNobody = 0xffffffff
const diffieHellmanMode = 4

/**
 * Begins a session with a Diffie-Hellman key. The parameters are group 2 of RFC 2409, 1024 bits:
 * what every known peer sends, and so what every server takes (§5.5 Sessions).
 */
export function beginSession(identity: Identity | null): SessionSetup {
  const group = getDiffieHellman('modp2')
  const [p, g] = [group.getPrime(), withoutZeros(group.getGenerator())]
  const y = withoutZeros(group.generateKeys())
  const publicKey = encodePublicKey({ algorithm: 'dh', y, p, g })
  const body = {
    kind: 'session-setup',
    timeoutSeconds,
    identityHandle: identity?.handle ?? '',
    identityIndex: identity?.index ?? indexOfNobody,
    key: { mode: 'diffie-hellman', publicKey },
    spareBytes: true,
  } as const
  return {
    request: { opcode: OPCODE.sessionSetup, flags: ['certify', 'returnDigest'], body },
    accept: (offer) => {
      if (offer.mode !== diffieHellmanMode) throw new BytesError('another way to a session key')
      const { cipher, publicKey: theirs } = decodeDiffieHellmanOffer(offer.data)
      if (cipher !== 'aes') throw new BytesError('a session cipher that is too weak')
      assertSameGroup(theirs, p, g)
      return deriveSessionKeys(computeSecret(group, theirs.y))
    },
  }
}

function assertSameGroup(theirs: DhPublicKey, p: Buffer, g: Buffer): void {
  if (theirs.p.equals(p) && theirs.g.equals(g)) return
  throw new BytesError('a session key of another group')
}

function computeSecret(ours: DiffieHellmanGroup, theirs: Buffer): Buffer {
  try {
    return ours.computeSecret(theirs)
  } catch {
    throw new BytesError('a session key that gives the secret away')
  }
}

function withoutZeros(number: Buffer): Buffer {
  let start = 0
  while (number[start] === 0) start++
  return number.subarray(start)
}
