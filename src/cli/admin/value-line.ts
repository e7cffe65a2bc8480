import { readFileSync } from 'node:fs'
import { parseIdentifier } from '../../identifier/identifier.ts'
import {
  AdminPermission,
  encodeAdminRecord,
  parseAdminPermissions,
} from '../../record/admin.ts'
import { encodePublicKey } from '../../record/public-key.ts'
import { publicKeyOf } from '../../record/private-key-der.ts'
import { encodeValueList } from '../../record/value-list.ts'
import { createValue, type HandleValue, type ValueReference } from '../../record/value.ts'
import { parseKeyBytes } from '../keys/key-text.ts'
import { readSecretFile } from '../secret-source.ts'

/** A value written in a way that can't be understood; the message says how to write it. */
export class ValueLineError extends Error {
  override readonly name = 'ValueLineError'
}

const valueForm = 'INDEX TYPE TTL PERMISSIONS DATA, such as 1 URL 86400 1110 https://node.example'
const indexMax = 0xffffffff
const ttlSecondsMax = 0x7fffffff
const allPermissions = Object.values(AdminPermission).reduce((bits, bit) => bits | bit, 0)
const allPermissionsText = allPermissions.toString(2)

/** The four fields that stand before the data of every value, in one line. */
export interface ValueHead {
  readonly index: number
  readonly type: string
  readonly ttl: number
  readonly permissions: number
  readonly rest: string
}

/**
 * Reads a value as people write it: `INDEX TYPE TTL PERMISSIONS DATA`. Data `@file` is the
 * content of a file, `@@…` text that begins with one @. Of HS_ADMIN it is `INDEX:HANDLE` and
 * optionally permissions, of HS_VLIST references with semicolons between them.
 * @throws ValueLineError; what the system says of a file
 */
export async function parseValueLine(line: string): Promise<HandleValue> {
  const head = parseValueHead(line)
  const { index, type, ttl, permissions, rest } = head
  return createValue(index, type, await parseData(type.toUpperCase(), rest), { ttl, permissions })
}

/** Reads the fields before the data (batch files have the same). @throws ValueLineError */
export function parseValueHead(line: string): ValueHead {
  const match = /^\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)(?: (.*)|\s*)$/s.exec(line)
  if (match === null) throw new ValueLineError(`a value is written ${valueForm}`)
  const [, index = '', type = '', ttl = '', permissions = '', rest = ''] = match
  return {
    index: parseIndex(index),
    type,
    ttl: parseWhole(ttl, 0, ttlSecondsMax, 'the TTL, in seconds,'),
    permissions: parseFour(permissions),
    rest,
  }
}

/** @throws ValueLineError */
export function parseIndex(text: string): number {
  return parseWhole(text, 1, indexMax, 'an index')
}

/** `300:0.NA/88`. @throws ValueLineError */
export function parseReference(text: string): ValueReference {
  const match = /^\s*(\d+):(.+?)\s*$/.exec(text)
  const handle = match?.[2]
  if (match === null || handle === undefined || parseIdentifier(handle) === undefined) {
    throw new ValueLineError(`"${text}" is no reference; write INDEX:HANDLE, such as 300:0.NA/88`)
  }
  return { handle, index: parseWhole(match[1] ?? '', 0, indexMax, 'an index') }
}

/** References with semicolons between them, also after the last. @throws ValueLineError */
export function parseReferences(text: string): ValueReference[] {
  return text.split(';').filter((one) => one.trim() !== '').map(parseReference)
}

/** The data of an HS_ADMIN value: `300:0.NA/88`, and permissions if not all are meant. */
export function parseAdmin(text: string): Buffer {
  const [who = '', digits = allPermissionsText, ...more] = text.trim().split(/\s+/)
  const permissions = parseAdminPermissions(digits)
  if (more.length > 0 || digits.length !== allPermissionsText.length || permissions === undefined) {
    throw new ValueLineError(
      'HS_ADMIN data is INDEX:HANDLE and twelve digits 0 or 1, list handles first, or none for all')
  }
  const { handle, index } = parseReference(who)
  return encodeAdminRecord({ handle, index, permissions, legacyByteLength: false })
}

async function parseData(type: string, text: string): Promise<Buffer> {
  if (text.startsWith('@@')) return Buffer.from(text.slice(1))
  if (text.startsWith('@')) return parseFile(type, text.slice(1))
  switch (type) {
    case 'HS_ADMIN':
      return parseAdmin(text)
    case 'HS_VLIST':
      return encodeValueList(parseReferences(text))
    case 'HS_PUBKEY':
    case 'HS_SECKEY':
    case 'HS_SITE':
      throw new ValueLineError(`${type} data comes from a file; write @ and its name`)
    default:
      return Buffer.from(text)
  }
}

/** A file's content as a value: a key in any format becomes a public key. */
async function parseFile(type: string, path: string): Promise<Buffer> {
  if (type === 'HS_SECKEY') return readSecretFile(path)
  if (type !== 'HS_PUBKEY') return readFileSync(path)
  const read = await parseKeyBytes(readFileSync(path), () => {
    throw new ValueLineError('the key is encrypted; name the file of its public half')
  })
  return encodePublicKey(read.half === 'private' ? publicKeyOf(read.key) : read.key)
}

function parseFour(text: string): number {
  if (/^[01]{4}$/.test(text)) return Number.parseInt(text, 2)
  throw new ValueLineError(
    `"${text}" are no permissions; write four digits 0 or 1: admin read, write, public read, write`)
}

function parseWhole(text: string, min: number, max: number, what: string): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  throw new ValueLineError(`"${text}": ${what} is a whole number from ${min} to ${max}`)
}
