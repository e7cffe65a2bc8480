import { createHmac, pbkdf2, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { foldAscii } from '../identifier/identifier.ts'
import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'
import { hashBytes } from '../lib/mac.ts'
import { BLOCK_BYTES_MAX } from '../record/limits.ts'
import { STRETCHED_KEY_BITS_MAX, STRETCHING_ROUNDS_MAX } from './limits.ts'

/** The proof of a secret key in the answer to a challenge. */
export type SecretKeyAnswer = PlainAnswer | StretchedAnswer

/** `md5-old` is what versions before 2.1 send: the MD5 alone, with no byte before it. */
export type PlainAlgorithm = 'md5-old' | 'md5' | 'sha1' | 'sha256' | 'hmac-sha1' | 'hmac-sha256'

/** An algorithm that has a name: all but the oldest. */
export type SecretAlgorithm = Exclude<SecretKeyAnswer['algorithm'], 'md5-old'>

export interface PlainAnswer {
  readonly algorithm: PlainAlgorithm
  readonly mac: Buffer
}

/** HMAC-SHA1 with a key that PBKDF2 made of the secret; what peers send today. */
export interface StretchedAnswer {
  readonly algorithm: 'pbkdf2-hmac-sha1'
  readonly salt: Buffer
  readonly rounds: number
  readonly keyBits: number
  readonly mac: Buffer
}

/** The proof of a private key. */
export interface SignatureAnswer {
  /** Such as `SHA-256` or `SHA1`. */
  readonly hashName: string
  readonly signature: Buffer
}

/*
 *   byte, MAC: 01 MD5 · 02 SHA-1 · 03 SHA-256 · 12 HMAC-SHA1 · 13 HMAC-SHA256
 *   22, bytes salt, int4 rounds, int4 key bits, bytes MAC
 */
const plainForms = [
  { byte: 0x01, algorithm: 'md5', macBytes: 16 },
  { byte: 0x02, algorithm: 'sha1', macBytes: 20 },
  { byte: 0x03, algorithm: 'sha256', macBytes: 32 },
  { byte: 0x12, algorithm: 'hmac-sha1', macBytes: 20 },
  { byte: 0x13, algorithm: 'hmac-sha256', macBytes: 32 },
] as const
const stretchedByte = 0x22
const oldBytes = 16
const stretch = promisify(pbkdf2)

/** Names in upper case and without dashes. */
const secretAlgorithms: ReadonlyMap<string, SecretAlgorithm> = new Map([
  ['MD5', 'md5'], ['SHA', 'sha1'], ['SHA1', 'sha1'], ['SHA2', 'sha256'], ['SHA256', 'sha256'],
  ['HMACSHA1', 'hmac-sha1'], ['HMACSHA256', 'hmac-sha256'],
  ['PBKDF2HMACSHA1', 'pbkdf2-hmac-sha1'], ['PBKDF2WITHHMACSHA1', 'pbkdf2-hmac-sha1'],
])

/**
 * The algorithm of a secret key's proof by one of its names, as clients over HTTP write them.
 * @returns undefined when there is no such algorithm
 */
export function secretAlgorithmOf(name: string): SecretAlgorithm | undefined {
  return secretAlgorithms.get(foldAscii(name).replaceAll('-', ''))
}

/** Encodes the proof of a secret key (§5.2 Secret-key answer). */
export function encodeSecretKeyAnswer(answer: SecretKeyAnswer): Buffer {
  const writer = new ByteWriter(64)
  if (answer.algorithm === 'pbkdf2-hmac-sha1') {
    writer.uint8(stretchedByte).block(answer.salt)
    return writer.int32(answer.rounds).int32(answer.keyBits).block(answer.mac).finish()
  }
  const form = plainForms.find(({ algorithm }) => algorithm === answer.algorithm)
  if (form !== undefined) writer.uint8(form.byte)
  return writer.raw(answer.mac).finish()
}

/** Decodes the proof of a secret key (§5.2 Secret-key answer). @throws BytesError */
export function decodeSecretKeyAnswer(bytes: Buffer): SecretKeyAnswer {
  if (bytes.length === oldBytes) return { algorithm: 'md5-old', mac: bytes }
  const reader = new ByteReader(bytes)
  const byte = reader.uint8()
  if (byte === stretchedByte) return decodeStretchedAnswer(reader)
  const form = plainForms.find((one) => one.byte === byte)
  if (form === undefined) throw new BytesError('unknown algorithm of a secret-key answer')
  const mac = reader.raw(form.macBytes)
  reader.assertEnd()
  return { algorithm: form.algorithm, mac }
}

function decodeStretchedAnswer(reader: ByteReader): StretchedAnswer {
  const salt = reader.block(BLOCK_BYTES_MAX)
  const rounds = reader.uint32()
  const keyBits = reader.uint32()
  const mac = reader.block(BLOCK_BYTES_MAX)
  reader.assertEnd()
  // Both say how much work the check will be.
  if (rounds < 1 || rounds > STRETCHING_ROUNDS_MAX) throw new BytesError('rounds out of range')
  if (keyBits < 8 || keyBits > STRETCHED_KEY_BITS_MAX || keyBits % 8 !== 0) {
    throw new BytesError('key bits out of range')
  }
  return { algorithm: 'pbkdf2-hmac-sha1', salt, rounds, keyBits, mac }
}

/** How an answer is to be made. */
export type AnswerForm =
  | Pick<PlainAnswer, 'algorithm'>
  | Pick<StretchedAnswer, 'algorithm' | 'salt' | 'rounds' | 'keyBits'>

/**
 * The proof of a secret key (§5.2 Secret-key answer). Takes milliseconds of this thread in the
 * stretched form.
 * @param challenge nonce and request digest, one behind the other
 */
export function answerWithSecretKey(
  form: AnswerForm,
  secret: Buffer,
  challenge: Buffer,
): SecretKeyAnswer {
  switch (form.algorithm) {
    case 'pbkdf2-hmac-sha1': {
      const { salt, rounds, keyBits } = form
      const key = pbkdf2Sync(charactersOf(secret), salt, rounds, keyBits / 8, 'sha1')
      const mac = createHmac('sha1', key).update(challenge).digest()
      return { algorithm: form.algorithm, salt, rounds, keyBits, mac }
    }
    case 'hmac-sha1':
    case 'hmac-sha256': {
      const hashName = form.algorithm === 'hmac-sha1' ? 'sha1' : 'sha256'
      const mac = createHmac(hashName, secret).update(challenge).digest()
      return { algorithm: form.algorithm, mac }
    }
    default: {
      const hashName = form.algorithm === 'md5-old' ? 'md5' : form.algorithm
      const mac = hashBytes(hashName, Buffer.concat([secret, challenge, secret]))
      return { algorithm: form.algorithm, mac }
    }
  }
}

/** The same proof with the stretched form worked out beside this thread. */
export async function answerWithSecretKeyAside(
  form: AnswerForm, secret: Buffer, challenge: Buffer,
): Promise<SecretKeyAnswer> {
  if (form.algorithm !== 'pbkdf2-hmac-sha1') return answerWithSecretKey(form, secret, challenge)
  const { algorithm, salt, rounds, keyBits } = form
  const key = await stretch(charactersOf(secret), salt, rounds, keyBits / 8, 'sha1')
  const mac = createHmac('sha1', key).update(challenge).digest()
  return { algorithm, salt, rounds, keyBits, mac }
}

/** Whether an answer was made with this secret, in constant time (§5.2 Secret-key answer). */
export async function isSecretKeyAnswerRight(
  answer: SecretKeyAnswer,
  secret: Buffer,
  challenge: Buffer,
): Promise<boolean> {
  const { mac } = await answerWithSecretKeyAside(answer, secret, challenge)
  return mac.length === answer.mac.length && timingSafeEqual(mac, answer.mac)
}

/** Peers take each byte of the secret for one character, and those in UTF-8. */
function charactersOf(secret: Buffer): Buffer {
  return Buffer.from(secret.toString('latin1'), 'utf8')
}

/** Encodes the proof of a private key (§5.3 Public-key answer). */
export function encodeSignatureAnswer(answer: SignatureAnswer): Buffer {
  return new ByteWriter(512).text(answer.hashName).block(answer.signature).finish()
}

/** Decodes the proof of a private key (§5.3 Public-key answer). @throws BytesError */
export function decodeSignatureAnswer(bytes: Buffer): SignatureAnswer {
  const reader = new ByteReader(bytes)
  const hashName = reader.text(BLOCK_BYTES_MAX)
  const signature = reader.block(BLOCK_BYTES_MAX)
  reader.assertEnd()
  return { hashName, signature }
}
