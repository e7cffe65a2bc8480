/** What a reader of JSON throws; the message says where in the JSON, and what is wrong. */
export class ValueJsonError extends Error {
  override readonly name = 'ValueJsonError'
}

export type JsonObject = Readonly<Record<string, unknown>>

/** @throws ValueJsonError unless it is a JSON object */
export function asObject(json: unknown, where: string): JsonObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ValueJsonError(`${where} must be an object`)
  }
  // A JSON object has string keys and nothing else.
  return json as JsonObject
}

/** @throws ValueJsonError unless it is an array of at most `countMax` */
export function asArray(json: unknown, countMax: number, where: string): readonly unknown[] {
  if (!Array.isArray(json)) throw new ValueJsonError(`${where} must be an array`)
  if (json.length > countMax) throw new ValueJsonError(`${where} must hold at most ${countMax}`)
  return json
}

/** @throws ValueJsonError unless it is text that UTF-8 can carry */
export function asText(json: unknown, where: string): string {
  if (typeof json !== 'string') throw new ValueJsonError(`${where} must be a string`)
  if (!json.isWellFormed()) throw new ValueJsonError(`${where} is not valid Unicode`)
  return json
}

/** A whole number, also one in quotes, as old clients send indexes. @throws ValueJsonError */
export function asInteger(json: unknown, min: number, max: number, where: string): number {
  const number = typeof json === 'string' && /^-?\d{1,16}$/.test(json) ? Number(json) : json
  if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max) {
    throw new ValueJsonError(`${where} must be a whole number from ${min} to ${max}`)
  }
  return number
}

/** @throws ValueJsonError unless it is true, false, or absent, which counts as false */
export function asFlag(json: unknown, where: string): boolean {
  if (json === undefined) return false
  if (typeof json !== 'boolean') throw new ValueJsonError(`${where} must be true or false`)
  return json
}

/** Bytes written in base64, also in its URL form. @throws ValueJsonError */
export function asBase64(json: unknown, where: string): Buffer {
  const text = asText(json, where)
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1) {
    throw new ValueJsonError(`${where} is not base64`)
  }
  return Buffer.from(text, 'base64')
}
