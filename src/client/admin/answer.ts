import { ByteReader, BytesError } from '../../lib/bytes.ts'
import type { PublicKey } from '../../record/public-key.ts'
import {
  isSessionCredentialValid,
  isSignatureCredentialValid,
  sessionMacType,
} from '../../wire/credential.ts'
import { digestRequest } from '../../wire/digest.ts'
import { decryptMessage } from '../../wire/encryption.ts'
import { decodeEnvelope, type Envelope } from '../../wire/envelope.ts'
import { CODE, ENVELOPE_BYTES } from '../../wire/layout.ts'
import { decodeHeaderAndBody, decodeMessage, type Message } from '../../wire/message.ts'
import { versionOf } from '../../wire/version.ts'
import type { EncodedRequest } from './request.ts'
import type { AdminSession } from './session.ts'

/** One message of an answer, with the bytes that its proof covers. */
export interface AnswerMessage {
  readonly envelope: Envelope
  readonly message: Message
  readonly signed: Buffer
}

/** By which an answer is known to come from the server; whichever of them is there. */
export interface Trust {
  readonly session: AdminSession | null
  readonly serverKey: PublicKey | null
}

const hashes: Readonly<Record<string, string>> = { 'SHA-256': 'sha256', SHA1: 'sha1' }

/** Reads one message, decrypting it where needed (§5.5 Sessions). @throws BytesError */
export function readAnswer(frame: Buffer, session: AdminSession | null): AnswerMessage {
  const reader = new ByteReader(frame)
  const envelope = decodeEnvelope(reader.raw(ENVELOPE_BYTES))
  if (envelope.compressed || envelope.truncated) throw new BytesError('not a whole message')
  const rest = reader.raw(envelope.messageLength)
  if (envelope.encrypted && session === null) throw new BytesError('encrypted for a session')
  const bytes = envelope.encrypted && session !== null
    ? decryptMessage(session.keys.cipherKey, rest)
    : rest
  const version = versionOf(envelope.major, envelope.minor)
  const message = decodeMessage(bytes, { lenient: true, version })
  // A body length beyond the end is let pass above, and is no signed message here.
  const signed = message.credential === null ? bytes : decodeHeaderAndBody(bytes)
  return { envelope, message, signed }
}

/**
 * Refuses an answer that claims success without the proof that was asked for, or with a wrong
 * one, or to another request (§5.4 Credential). Errors may come unproven: some are sent before
 * the server knows of a session, and they make nobody believe that something was done.
 * @param requests what it may be about: after a challenge, the proof or what had to be proven
 * @throws BytesError
 */
export function assertTrusted(
  answer: AnswerMessage,
  requests: readonly EncodedRequest[],
  trust: Trust,
): void {
  const { digest, credential, responseCode } = answer.message
  if (digest !== null && !requests.some(({ digested }) =>
    digestRequest(digest.algorithm, digested).bytes.equals(digest.bytes))) {
    throw new BytesError('it is about another request')
  }
  if (trust.session === null && trust.serverKey === null) return
  if (credential === null) {
    if (responseCode === CODE.success) throw new BytesError('the server did not sign it')
    return
  }
  if (!isProven(answer, trust)) throw new BytesError("the server's signature is wrong")
}

function isProven({ envelope, message, signed }: AnswerMessage, trust: Trust): boolean {
  const { credential } = message
  if (credential === null) return false
  if (credential.type === sessionMacType && trust.session !== null) {
    return isSessionCredentialValid(credential, trust.session.keys.macKey, envelope, signed)
  }
  const { serverKey } = trust
  return serverKey !== null
    && isSignatureCredentialValid(credential, serverKey, hashes, envelope, signed)
}
