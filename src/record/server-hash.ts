import { hash } from 'node:crypto'
import type { HashOption } from './site.ts'

const lowerA = 0x61
const lowerZ = 0x7a
const caseBit = 0x20
const slash = 0x2f
/** The prefix that a name without a slash belongs to. */
const prefixOfPrefixes = Buffer.from('0.NA')

/**
 * The number that decides which server of a site a name lives on: the last four bytes of the MD5
 * of the name, or of the part that the site hashes, in ASCII upper case, without their sign
 * (§9.2 Hash to server). Negative for the one number that has no positive counterpart, −2³¹.
 */
export function hashOf(name: string, option: HashOption): number {
  const digest = hash('md5', hashedPart(upperCase(Buffer.from(name)), option), 'buffer')
  // In 32 bits, as the peers have it, and so without a positive 2³¹.
  return Math.abs(digest.readInt32BE(12)) | 0
}

/**
 * Which of a site's servers a name lives on, from 0 (§9.2 Hash to server). The remainder of the
 * one negative hash is made positive too, so that every name has a server.
 */
export function serverIndexOf(name: string, option: HashOption, serverCount: number): number {
  return remainderOf(hashOf(name, option), serverCount)
}

/** A hash's remainder, from 0 to `serverCount` − 1. */
export function remainderOf(hashNumber: number, serverCount: number): number {
  return Math.abs(hashNumber % serverCount)
}

function hashedPart(name: Buffer, option: HashOption): Buffer {
  if (option === 'whole') return name
  const at = name.indexOf(slash)
  if (option === 'prefix') return at < 0 ? prefixOfPrefixes : name.subarray(0, at)
  return name.subarray(at + 1)
}

/** Upper-cases ASCII letters in place; bytes of other characters are all above them. */
function upperCase(bytes: Buffer): Buffer {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (byte >= lowerA && byte <= lowerZ) bytes[i] = byte ^ caseBit
  }
  return bytes
}
