import { BytesError } from '../../lib/bytes.ts'
import { decodePublicKey } from '../../record/public-key.ts'
import { isSignatureCredentialValid } from '../../wire/credential.ts'
import { ENVELOPE_BYTES } from '../../wire/layout.ts'
import { decodeHeaderAndBody, type Packet } from '../../wire/message.ts'

/** Hash names as peers write them in credentials. */
const HASHES: Readonly<Record<string, string>> = {
  'SHA-256': 'sha256', SHA256: 'sha256', SHA1: 'sha1', 'SHA-1': 'sha1',
}

/**
 * Whether an answer was signed with a server's key (§5.4 Credential).
 * @param bytes the whole answer, envelope included, that `packet` was decoded from
 * @param publicKey as the site of the server has it
 */
export function isSignedBy(publicKey: Buffer, packet: Packet, bytes: Buffer): boolean {
  const { envelope, message: { credential } } = packet
  if (credential === null) return false
  try {
    const key = decodePublicKey(publicKey)
    const signed = decodeHeaderAndBody(bytes.subarray(ENVELOPE_BYTES))
    return isSignatureCredentialValid(credential, key, HASHES, envelope, signed)
  } catch (error) {
    if (error instanceof BytesError) return false
    throw error
  }
}
