import { z } from 'zod'

/**
 * A copy of a checked value for eyes that may not see personal data: fields that their schema
 * marks as personal are masked (`139****0000`), or left out where the public reads.
 */
export function hidePersonal(
  schema: z.ZodType, value: unknown, how: 'mask' | 'omit',
): unknown {
  const inner = unwrap(schema)
  if (Array.isArray(value)) {
    return inner instanceof z.ZodArray
      ? value.map((one) => hidePersonal(inner.element as z.ZodType, one, how))
      : value
  }
  if (typeof value !== 'object' || value === null || !(inner instanceof z.ZodObject)) return value
  const shape = inner.shape as Readonly<Record<string, z.ZodType>>
  const entries = Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
    const field = shape[key]
    if (field === undefined) return [[key, one] as const]
    if (!isPersonal(field)) {
      const hidden = hidePersonal(field, one, how)
      return isEmptied(one, hidden) ? [] : [[key, hidden] as const]
    }
    return how === 'omit' ? [] : [[key, typeof one === 'string' ? maskText(one) : one] as const]
  })
  return Object.fromEntries(entries)
}

/** Keeps the ends of a text that is long enough to have a middle. */
export function maskText(text: string): string {
  const characters = Array.from(text)
  const { length } = characters
  if (length < 8) return `${characters[0] ?? ''}${'*'.repeat(Math.max(1, length - 1))}`
  const kept = length >= 11 ? 3 : 1
  const tail = length >= 11 ? 4 : 1
  const stars = '*'.repeat(length - kept - tail)
  return characters.slice(0, kept).join('') + stars + characters.slice(-tail).join('')
}

/** Whether a field's schema is marked, in whatever it is wrapped. */
export function isPersonal(schema: z.ZodType): boolean {
  if (schema.meta()?.['x-personal'] === true) return true
  const inner = unwrapOnce(schema)
  return inner !== undefined && isPersonal(inner)
}

/** An object that had fields and has none left says nothing and is left out. */
function isEmptied(before: unknown, after: unknown): boolean {
  return typeof before === 'object' && before !== null && !Array.isArray(before)
    && typeof after === 'object' && after !== null
    && Object.keys(before).length > 0 && Object.keys(after).length === 0
}

function unwrap(schema: z.ZodType): z.ZodType {
  const inner = unwrapOnce(schema)
  return inner === undefined ? schema : unwrap(inner)
}

function unwrapOnce(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    || schema instanceof z.ZodNullable) {
    return schema.unwrap() as z.ZodType
  }
  return undefined
}
