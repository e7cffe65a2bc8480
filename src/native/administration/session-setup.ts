import { BytesError } from '../../lib/bytes.ts'
import { randomNonce } from '../../lib/random.ts'
import { decodePublicKey, type DhPublicKey } from '../../record/public-key.ts'
import { clientOf } from '../../registry/authenticator.ts'
import type { SessionSetupBody } from '../../wire/bodies/session.ts'
import { agreeOnSecret } from '../../wire/diffie-hellman.ts'
import { deriveSessionKeys } from '../../wire/encryption.ts'
import { CODE } from '../../wire/layout.ts'
import { encodeDiffieHellmanOffer } from '../../wire/session-offer.ts'
import { versionOf } from '../../wire/version.ts'
import { EXPONENT_BYTES } from './limits.ts'
import { errorReply } from './replies.ts'
import type { Reply } from './reply.ts'
import { answerVersion, type NativeRequest } from './request.ts'
import type { NativeSessions } from './sessions.ts'

const DIFFIE_HELLMAN = 4
const FAILED: Reply = {
  ...errorReply(CODE.sessionFailed, 'Only Diffie-Hellman sessions with AES are set up here'),
  sessionId: 0,
}

/**
 * Sets a session up (§5.5 Sessions): mode 4 alone, since nobody can use the others any more.
 * Who the client says it is does not count before it has answered a challenge.
 */
export function setUpSession(
  request: NativeRequest, body: SessionSetupBody, sessions: NativeSessions,
): Reply {
  const theirs = body.key.mode === 'diffie-hellman' ? keyOf(body.key.publicKey) : undefined
  // Before 2.4 sessions were encrypted with DES.
  if (theirs === undefined || answerVersion(request) < versionOf(2, 4)) return FAILED
  if (!sessions.hasRoomFor(clientOf(request.origin.address))) {
    return { ...errorReply(CODE.busy, 'Too many sessions; try again later'), sessionId: 0 }
  }
  const agreement = agreeOnSecret(theirs, randomNonce(EXPONENT_BYTES))
  if (agreement === undefined) return FAILED
  const session = sessions.open(deriveSessionKeys(agreement.secret), body.timeoutSeconds)
  const data = encodeDiffieHellmanOffer({ cipher: 'aes', publicKey: agreement.publicKey })
  return {
    code: CODE.success,
    sessionId: session.id,
    body: { kind: 'session-offer', mode: DIFFIE_HELLMAN, data, spareBytes: true },
  }
}

function keyOf(bytes: Buffer): DhPublicKey | undefined {
  try {
    const key = decodePublicKey(bytes)
    return key.algorithm === 'dh' ? key : undefined
  } catch (error) {
    if (error instanceof BytesError) return undefined
    throw error
  }
}
