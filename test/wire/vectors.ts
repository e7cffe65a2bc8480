import { readFileSync } from 'node:fs'
import type { HandleValue } from '../../src/record/value.ts'

/** A file of vectors; its shape is checked by what the tests compare with it. */
 
export function loadVectors(name: string): any {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'))
}

export const hex = (text: string): Buffer => Buffer.from(text, 'hex')

/** Anything decoded, as JSON can hold it: bytes as hexadecimal, bigints as digits. */
export function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('hex')
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  if (isValue(value)) return plainValue(value)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
}

function isValue(value: object): value is HandleValue {
  return 'ttlType' in value && 'data' in value
}

/** A value as the vectors have it. */
export function plainValue(value: HandleValue): unknown {
  const { data, permissions, references, ...rest } = value
  const letters = ['r', 'w', 'r', 'w']
  const text = letters.map((letter, i) => ((permissions & (8 >> i)) !== 0 ? letter : '-')).join('')
  return {
    ...rest, dataHex: data.toString('hex'), permissions: text, references: plain(references),
  }
}

/** The same bytes, one fewer and one more. */
export function offByOne(bytes: Buffer): Buffer[] {
  return [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(1)])]
}
