import { ByteReader, ByteWriter, BytesError } from '../lib/bytes.ts'
import { decodePublicKey, type DhPublicKey, encodePublicKey } from '../record/public-key.ts'

/** What a server answers to a Diffie-Hellman session setup, versions 2.4 and later. */
export interface DiffieHellmanOffer {
  readonly cipher: SessionCipher
  /** On the parameters that the client sent. */
  readonly publicKey: DhPublicKey
}

export type SessionCipher = 'des' | 'triple-des' | 'aes'

const ciphers: readonly (SessionCipher | undefined)[] = [undefined, 'des', 'triple-des', 'aes']

/** Encodes the data of a session offer, mode 4 (§5.5 Sessions). */
export function encodeDiffieHellmanOffer(offer: DiffieHellmanOffer): Buffer {
  return new ByteWriter(512)
    .int32(ciphers.indexOf(offer.cipher)).raw(encodePublicKey(offer.publicKey)).finish()
}

/** Decodes the data of a session offer, mode 4 (§5.5 Sessions). @throws BytesError */
export function decodeDiffieHellmanOffer(bytes: Buffer): DiffieHellmanOffer {
  const reader = new ByteReader(bytes)
  const cipher = ciphers[reader.uint32()]
  if (cipher === undefined) throw new BytesError('unknown session cipher')
  const publicKey = decodePublicKey(reader.raw(reader.remaining))
  if (publicKey.algorithm !== 'dh') throw new BytesError('not a Diffie-Hellman key')
  return { cipher, publicKey }
}
