import { z } from 'zod'
import {
  type Identifier, keyOf, parseIdentifier, prefixOfKey, prefixRecordName,
} from '../identifier/identifier.ts'
import { encodeAdminRecord } from '../record/admin.ts'
import { RECORD_BYTES_MAX, VALUE_COUNT_MAX } from '../record/limits.ts'
import { createValue, type HandleValue } from '../record/value.ts'
import { parseValues, ValueJsonError } from '../record/value-json.ts'
import { stampValues } from '../wire/selection.ts'
import { encodeValues } from '../wire/values.ts'
import { TEMPLATE_VERSION_CHARACTERS_MAX } from './limits.ts'
import { ruleText } from './messages.ts'
import { ENTERPRISE_RIGHTS, PREFIX_INDEX } from './prefix-record.ts'
import { DeskRefusal, type Issue } from './refusal.ts'
import { checkAgainstTemplate, type Template, type TemplateFault } from './template.ts'

/** Where the name of a record's template stands, as the field's interfaces have it. */
export const TEMPLATE_VALUE_INDEX = 1_001
export const TEMPLATE_VALUE_TYPE = 'TEMPLATE'
/** Where the holder of the prefix is made administrator of what is under it. */
export const ADMIN_INDEX = 100
export const ADMIN_TYPE = 'HS_ADMIN'

/** A value as a registration gives it: the JSON API's form, or its data as bare text. */
const valueInput = z.looseObject({
  index: z.int().min(1).max(0xffffffff),
  type: z.string().min(1),
  data: z.union([z.string(), z.looseObject({ format: z.string(), value: z.unknown() })]),
})

export const registrationInput = z.strictObject({
  handle: z.string(),
  values: z.array(valueInput).max(VALUE_COUNT_MAX),
  /** The version of the prefix's template that the values follow. */
  template: z.string().max(TEMPLATE_VERSION_CHARACTERS_MAX).optional(),
})

/** A registration that is ready to be stored. */
export interface Registration {
  readonly name: Identifier
  /** int4 count, encoded values. */
  readonly block: Buffer
  readonly template: string | null
  /** Values that no other identifier of the prefix may have: item and value. */
  readonly uniques: readonly (readonly [string, string])[]
}

/** Finds a published template of a prefix (folded). @returns undefined when there is none */
export type TemplateFinder = (prefix: string, version: string) => Template | undefined

/** Reads registrations, one or a stream of them. */
export class RegistrationReader {
  readonly #findTemplate: TemplateFinder
  #admin: { readonly prefix: string; readonly data: Buffer } | null = null

  constructor(findTemplate: TemplateFinder) {
    this.#findTemplate = findTemplate
  }

  /**
   * Reads one registration and checks it against its template.
   * @throws DeskRefusal with every field that breaks a rule
   */
  read(json: unknown, nowSeconds: number): Registration {
    const { handle, values: given, template: version } = asObject(json)
    const name = typeof handle === 'string' ? parseIdentifier(handle) : undefined
    if (name?.includes('/') !== true) throw issues([['/handle', 'handle', '']])
    const prefix = prefixOfKey(keyOf(name))
    const values = readValues(given)
    if (version === undefined) return this.#assemble(name, prefix, values, null, [], nowSeconds)
    const wanted = typeof version === 'string' ? version : ''
    const template = this.#findTemplate(prefix, wanted)
    if (template === undefined) throw new DeskRefusal('template-unknown', { what: wanted })
    const offered = values.map((value) =>
      ({ index: value.index, type: value.type, text: value.data.toString('utf8') }))
    const faults = checkAgainstTemplate(template, offered)
    if (faults.length > 0) throw issues(faults.map(toIssue))
    const uniques = offered.filter(({ type }) => template.items.get(type)?.unique === true)
      .map(({ type, text }) => [type, text] as const)
    return this.#assemble(name, prefix, values, template.version, uniques, nowSeconds)
  }

  /** Adds what the desk adds: the template's name, and the prefix's holder as administrator. */
  #assemble(
    name: Identifier, prefix: string, values: HandleValue[], template: string | null,
    uniques: Registration['uniques'], nowSeconds: number,
  ): Registration {
    if (template !== null) {
      values.push(createValue(TEMPLATE_VALUE_INDEX, TEMPLATE_VALUE_TYPE, template))
    }
    if (!values.some(({ type, index }) => type === ADMIN_TYPE || index === ADMIN_INDEX)) {
      values.push(createValue(ADMIN_INDEX, ADMIN_TYPE, this.#adminData(prefix)))
    }
    if (values.length > VALUE_COUNT_MAX) {
      throw issues([['/values', 'values', `${values.length} > ${VALUE_COUNT_MAX} values`]])
    }
    const block = encodeValues(values)
    stampValues(block, nowSeconds)
    if (block.length > RECORD_BYTES_MAX) {
      throw issues([['/values', 'values', `${block.length} > ${RECORD_BYTES_MAX} bytes`]])
    }
    return { name, block, template, uniques }
  }

  /** The holder of a prefix administers what is under it. A stream asks for the same all along. */
  #adminData(prefix: string): Buffer {
    if (this.#admin?.prefix === prefix) return this.#admin.data
    const data = encodeAdminOf(prefix)
    this.#admin = { prefix, data }
    return data
  }
}

/** The data of the value that makes the holder of a prefix (folded) an administrator. */
export function encodeAdminOf(prefix: string): Buffer {
  return encodeAdminRecord({
    handle: prefixRecordName(prefix),
    index: PREFIX_INDEX.publicKey,
    permissions: ENTERPRISE_RIGHTS,
    legacyByteLength: false,
  })
}

function readValues(json: unknown): HandleValue[] {
  try {
    return parseValues(json, { exactPermissions: true })
  } catch (error) {
    if (!(error instanceof ValueJsonError)) throw error
    throw issues([['/values', 'values', error.message]])
  }
}

function asObject(json: unknown): {
  readonly handle?: unknown; readonly values?: unknown; readonly template?: unknown
} {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json
  throw issues([['', 'invalid_type:object', '']])
}

function toIssue({ at, item, rule }: TemplateFault): readonly [string, string, string] {
  return [at === null ? '/values' : `/values/${at}`, rule, item]
}

/** @param found pointer, rule, and what to say behind the rule's text */
function issues(found: readonly (readonly [string, string, string])[]): DeskRefusal {
  return new DeskRefusal('invalid', {
    issues: (language) => found.map(([pointer, rule, more]): Issue => {
      const text = ruleText(rule, language) ?? rule
      // What is wrong with values is told by those who read them, in English.
      const told = rule === 'values' && language === 'en' ? more : `${more}: ${text}`
      return { pointer, rule, message: more === '' ? text : told }
    }),
  })
}
