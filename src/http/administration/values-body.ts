import { keyOf } from '../../identifier/identifier.ts'
import { asArray, asObject, ValueJsonError } from '../../record/json-fields.ts'
import { VALUE_COUNT_MAX } from '../../record/limits.ts'
import type { HandleValue } from '../../record/value.ts'
import { parseValue } from '../../record/value-json.ts'
import { CODE } from '../../wire/layout.ts'
import { BadRequestError } from '../question.ts'

/**
 * The values in the body of a PUT (§10.5 JSON values): `{"values":[…]}`, with or without
 * `"handle"`, or a bare array.
 * @param handle the name in the URL, which one in the body must equal
 * @throws BadRequestError
 */
export function parseValuesBody(body: unknown, handle: string): HandleValue[] {
  try {
    return parseList(Array.isArray(body) ? body : valuesOf(body, handle))
  } catch (error) {
    if (error instanceof ValueJsonError) throw new BadRequestError(error.message)
    throw error
  }
}

/**
 * Checks that the values are those that the URL names by index.
 * @param indexes as the URL has them, or `various`, which stands for any
 * @throws BadRequestError
 */
export function checkIndexes(
  values: readonly HandleValue[], indexes: readonly number[] | 'various',
): void {
  if (indexes === 'various') return
  const given = new Set(values.map((value) => value.index))
  const asked = new Set(indexes)
  if (given.size === asked.size && indexes.every((index) => given.has(index))) return
  throw new BadRequestError('Mismatched indexes: the URL and the body name different values')
}

function valuesOf(body: unknown, handle: string): unknown {
  if (typeof body !== 'object' || body instanceof URLSearchParams) {
    throw new BadRequestError('The body must be JSON; send it as application/json')
  }
  const record = asObject(body, 'body')
  const named = record['handle']
  if (named !== undefined && (typeof named !== 'string' || keyOf(named) !== keyOf(handle))) {
    throw new BadRequestError('Mismatched handle in PUT request')
  }
  return record['values']
}

function parseList(json: unknown): HandleValue[] {
  return asArray(json, VALUE_COUNT_MAX, 'values').map((one, i) => {
    const where = `values[${i}]`
    const index = Number(asObject(one, where)['index'])
    if (Number.isInteger(index) && index <= 0) {
      throw new BadRequestError('Value indexes must be positive', CODE.invalidValue)
    }
    return parseValue(one, undefined, where)
  })
}
