import { z } from 'zod'
import { foldAscii, type IdentifierKey, keyOf, parseIdentifier,
  prefixOfKey } from '../../identifier/identifier.ts'
import { formatValue } from '../../record/value-json.ts'
import { decodeValues } from '../../wire/values.ts'
import type { Actor } from '../actor.ts'
import { isDone, type Mode, toRow } from '../batch.ts'
import { refuseField } from '../check.ts'
import { type Context, operation, page, pageQuery, readCursor, toPage } from '../operation.ts'
import { DeskRefusal } from '../refusal.ts'
import { findTemplateBody, Registrar } from '../registrar.ts'
import { type Registration, registrationInput, RegistrationReader } from '../registration.ts'
import { refuseRow } from '../row-refusal.ts'
import { loadPrefix } from '../sight.ts'
import { createTemplate } from '../template.ts'

const value = z.looseObject({ index: z.int(), type: z.string() })
const view = z.object({ handle: z.string(), values: z.array(value) })
const outcome = z.object({
  handle: z.string(), result: z.enum(['created', 'replaced', 'unchanged']),
})
const params = z.strictObject({ handle: z.string().min(1).max(2048) })

export const identifierOperations = {
  'identifier.create': operation('identifier:write', {
    summary: 'Registers an identifier',
    body: registrationInput,
    output: outcome,
    run: (context, { body }, actor) => register(context, actor, body, 'create'),
  }),

  'identifier.put': operation('identifier:write', {
    summary: 'Registers an identifier or replaces its values',
    params,
    body: registrationInput.omit({ handle: true }),
    output: outcome,
    run(context, { params: { handle }, body }, actor) {
      assertHandle(handle)
      return register(context, actor, { ...body, handle }, 'put')
    },
  }),

  'identifier.delete': operation('identifier:write', {
    summary: 'Deletes an identifier',
    params,
    output: z.object({ handle: z.string(), result: z.literal('deleted') }),
    run(context, { params: { handle } }, actor) {
      assertHandle(handle)
      const registrar = new Registrar(context, actor)
      const result = registrar.remove(handle)
      if (result !== 'deleted') throw refuseRow(result, handle, null)
      registrar.finish()
      return { value: { handle, result } }
    },
  }),

  'identifier.get': operation('identifier:read', {
    summary: 'Shows an identifier of one’s own with all its values',
    params,
    output: view,
    run(context, { params: { handle } }, actor) {
      const name = parseIdentifier(handle)
      if (name?.includes('/') !== true) throw refuseField('/params/handle', 'handle')
      const key = keyOf(name)
      loadPrefix(context.store, prefixOfKey(key), actor)
      const record = context.records.findRecord(key)
      if (record === undefined) throw new DeskRefusal('not-found', { what: handle })
      const values = decodeValues(record.block).map((one) => ({ ...formatValue(one) }))
      return { value: { handle: record.name, values } }
    },
  }),

  'identifier.list': operation('identifier:read', {
    summary: 'Lists the identifiers of a prefix, by name',
    query: z.strictObject({ ...pageQuery, prefix: z.string().max(64) }),
    output: page(z.object({ handle: z.string() })),
    run({ store, records }, { query }, actor) {
      const prefix = foldAscii(query.prefix)
      loadPrefix(store, prefix, actor)
      const cursor = readCursor(query.cursor)
      const after = cursor === '' ? null : keyOf(cursor)
      const keys = records.findKeys(prefix, after, query.limit + 1)
      const show = (key: IdentifierKey) => ({ handle: records.findRecord(key)?.name ?? key })
      return { value: toPage(keys, query.limit, (key) => key, show) }
    },
  }),
}

function register(context: Context, actor: Actor, body: unknown, mode: Mode) {
  const find = (prefix: string, version: string) => {
    const template = findTemplateBody(context.store, prefix, version)
    return template === undefined ? undefined : createTemplate(template)
  }
  const reader = new RegistrationReader(find)
  const row = toRow(readBody(reader, body, Math.floor(context.nowMs / 1000)))
  const registrar = new Registrar(context, actor)
  const result = registrar.register(row, mode)
  if (!isDone(result)) throw refuseRow(result, row.name, row.template).under('/body')
  registrar.finish()
  return { value: { handle: row.name, result } }
}

function readBody(reader: RegistrationReader, body: unknown, nowSeconds: number): Registration {
  try {
    return reader.read(body, nowSeconds)
  } catch (error) {
    throw error instanceof DeskRefusal ? error.under('/body') : error
  }
}

function assertHandle(handle: string): void {
  if (parseIdentifier(handle)?.includes('/') !== true) {
    throw refuseField('/params/handle', 'handle')
  }
}
