import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { keyOf, parseIdentifier, prefixOfKey } from '../../identifier/identifier.ts'
import type { Clock } from '../../lib/clock.ts'
import { isDone, type Mode, packBatch, ROW_RESULTS, type RowResult } from '../../desk/batch.ts'
import type { Caller, Desk } from '../../desk/door.ts'
import { refusalText } from '../../desk/messages.ts'
import { DeskRefusal, type Refusal } from '../../desk/refusal.ts'
import {
  type Registration, RegistrationReader, TEMPLATE_VALUE_INDEX, TEMPLATE_VALUE_TYPE,
} from '../../desk/registration.ts'
import { createTemplate, type Template } from '../../desk/template.ts'
import {
  SNMS_BATCH_COUNT_MAX, SNMS_HANDLE_CHARACTERS_MAX, SNMS_VALUE_CHARACTERS_MAX,
} from '../limits.ts'
import { checkInput } from './check-input.ts'
import {
  refuse, refuseMissing, sendDone, sendRefusal, SNMS_STATUS, snmsCallerOf,
} from './envelope.ts'

const BASE = '/identityv2/data'
const handle = z.string().min(1).max(SNMS_HANDLE_CHARACTERS_MAX)

/** An identifier as connectors send it. */
const item = z.object({
  handle,
  templateVersion: z.string().min(1).max(128),
  value: z.array(z.object({
    index: z.coerce.number().int().min(1)
      .refine((index) => index !== TEMPLATE_VALUE_INDEX, { params: { rule: 'index-reserved' } }),
    type: z.string().min(1).max(128),
    data: z.object({
      format: z.literal('string'), value: z.string().max(SNMS_VALUE_CHARACTERS_MAX),
    }),
  })),
})
const itemNames = item.pick({ handle: true, templateVersion: true })
const named = z.object({ handle })
const namedAnyhow = z.object({ handle: z.string() })

const shown = z.object({
  handle: z.string(),
  values: z.array(z.looseObject({
    index: z.number(), type: z.string(),
    data: z.looseObject({ format: z.string(), value: z.unknown() }),
  })),
})

/** Identifiers, one or up to SNMS_BATCH_COUNT_MAX at a time. */
export function addData(server: FastifyInstance, desk: Desk, clock: Clock): void {
  const run = new DataRoutes(desk, clock)
  server.get(`${BASE}/detail`, (request, reply) => run.show(request, reply))
  server.post(BASE, (request, reply) => run.one(request, reply, 'create'))
  server.put(BASE, (request, reply) => run.one(request, reply, 'update'))
  server.delete(BASE, (request, reply) => run.removeOne(request, reply))
  server.post(`${BASE}/batchCreate`, (request, reply) => run.many(request, reply, 'create'))
  server.put(`${BASE}/batchUpdate`, (request, reply) => run.many(request, reply, 'update'))
  server.delete(`${BASE}/batchDelete`, (request, reply) => run.removeMany(request, reply))
}

/** What became of one item, by its place in ROW_RESULTS. */
function textOfPlace(place: number | undefined): string {
  const result = place === undefined ? undefined : ROW_RESULTS[place]
  return result === undefined ? refusalText('failed', 'zh') : textOf(result)
}

/** What became of one item: in Chinese, since connectors compare the words. */
function textOf(result: RowResult): string {
  if (isDone(result) || result === 'deleted') return 'success'
  switch (result) {
    case 'handle-exists':
      return '标识已存在'
    case 'not-found':
      return '标识不存在'
    case 'item-unique':
      return '值与其他标识重复（模板要求唯一）'
    default:
      return refusalText(result === 'not-yours' ? 'not-found' : result, 'zh', '前缀')
  }
}

class DataRoutes {
  readonly #desk: Desk
  readonly #clock: Clock

  constructor(desk: Desk, clock: Clock) {
    this.#desk = desk
    this.#clock = clock
  }

  async show(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const asked = named.safeParse(request.query)
    if (!asked.success) return refuseMissing(reply, 'handle')
    const result = await this.#desk.call(
      'identifier.get', { params: { handle: asked.data.handle } }, snmsCallerOf(request))
    if (result.kind === 'refused') {
      return result.code === 'not-found' ? refuse(reply, '标识不存在') : sendRefusal(reply, result)
    }
    const record = shown.parse(result.value)
    const template = record.values.find(({ type }) => type === TEMPLATE_VALUE_TYPE)
    return sendDone(reply, {
      code: '200',
      prefix: prefixOfKey(keyOf(record.handle)),
      handle: record.handle,
      templateVersion: typeof template?.data.value === 'string' ? template.data.value : '',
      value: record.values.filter(({ data }) => data.format === 'string')
        .map(({ index, type, data }) => ({ auth: '', index, type, data })),
    })
  }

  async one(request: FastifyRequest, reply: FastifyReply, mode: Mode): Promise<FastifyReply> {
    const caller = snmsCallerOf(request)
    const opened = await this.#desk.openStream(caller)
    if (opened.kind === 'refused') return sendRefusal(reply, opened)
    const results = await this.#store([request.body], mode, caller)
    if (!Array.isArray(results)) return sendRefusal(reply, results)
    const text = results[0] ?? ''
    return text === 'success' ? sendDone(reply, true) : refuse(reply, text)
  }

  async many(request: FastifyRequest, reply: FastifyReply, mode: Mode): Promise<FastifyReply> {
    const caller = snmsCallerOf(request)
    const opened = await this.#desk.openStream(caller)
    if (opened.kind === 'refused') return sendRefusal(reply, opened)
    const items = readList(request.body)
    if (typeof items === 'string') return refuse(reply, items)
    const results = await this.#store(items, mode, caller)
    if (!Array.isArray(results)) return sendRefusal(reply, results)
    return sendDone(reply, items.map((one, i) => ({ handle: handleOf(one), msg: results[i] })))
  }

  async removeOne(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const asked = named.safeParse(request.body)
    if (!asked.success) return refuseMissing(reply, 'handle')
    const result = await this.#remove([asked.data.handle], snmsCallerOf(request))
    if (result.kind === 'refused') return sendRefusal(reply, result)
    const text = textOfPlace(result.results[0])
    return text === 'success' ? sendDone(reply, true) : refuse(reply, text)
  }

  async removeMany(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const items = readList(request.body)
    if (typeof items === 'string') return refuse(reply, items)
    const names = items.map((one) => typeof one === 'string' ? one : '')
    const result = await this.#remove(names, snmsCallerOf(request))
    if (result.kind === 'refused') return sendRefusal(reply, result)
    return sendDone(reply, names.map((name, i) => {
      const msg = textOfPlace(result.results[i])
      const code = msg === 'success' ? SNMS_STATUS.done : SNMS_STATUS.refused
      return { handle: name, code, msg }
    }))
  }

  /** Removes identifiers; the whole call counts as one request. */
  async #remove(names: readonly string[], caller: Caller): ReturnType<Desk['remove']> {
    const opened = await this.#desk.openStream(caller)
    return opened.kind === 'refused' ? opened : this.#desk.remove(names, caller)
  }

  /** Stores the items that are sound, in one transaction, and says of each what became of it. */
  async #store(
    items: readonly unknown[], mode: Mode, caller: Caller,
  ): Promise<string[] | Refusal> {
    const templates = await this.#loadTemplates(items, caller)
    const reader = new RegistrationReader((prefix, version) =>
      templates.get(`${prefix}/${version}`))
    const nowSeconds = this.#clock.nowSeconds()
    const results: string[] = []
    const sound: Registration[] = []
    const places: number[] = []
    for (const [i, one] of items.entries()) {
      const read = readItem(one, reader, nowSeconds)
      if (typeof read === 'string') results[i] = read
      else {
        places.push(i)
        sound.push(read)
      }
    }
    if (sound.length === 0) return results
    const stored = await this.#desk.register(packBatch(sound, mode), caller)
    if (stored.kind === 'refused') return stored
    for (const [row, i] of places.entries()) {
      results[i] = textOfPlace(stored.results[row])
    }
    return results
  }

  async #loadTemplates(
    items: readonly unknown[], caller: Caller,
  ): Promise<ReadonlyMap<string, Template>> {
    const wanted = new Map<string, readonly [string, string]>()
    for (const one of items) {
      const { success, data } = itemNames.safeParse(one)
      const name = success ? parseIdentifier(data.handle) : undefined
      if (name === undefined || data === undefined) continue
      const prefix = prefixOfKey(keyOf(name))
      wanted.set(`${prefix}/${data.templateVersion}`, [prefix, data.templateVersion])
    }
    const templates = new Map<string, Template>()
    for (const [id, [prefix, version]] of wanted) {
      const found = await this.#desk.findTemplate(prefix, version, caller)
      if (found.kind === 'template' && found.body !== null) {
        templates.set(id, createTemplate(found.body))
      }
    }
    return templates
  }
}

function readItem(
  json: unknown, reader: RegistrationReader, nowSeconds: number,
): Registration | string {
  const read = checkInput(item, json)
  if (typeof read === 'string') return read
  const { handle, templateVersion, value } = read
  try {
    return reader.read({ handle, values: value, template: templateVersion }, nowSeconds)
  } catch (error) {
    if (!(error instanceof DeskRefusal)) throw error
    return error.details.issues?.('zh')[0]?.message
      ?? refusalText(error.code, 'zh', error.details.what)
  }
}

function readList(body: unknown): readonly unknown[] | string {
  if (!Array.isArray(body) || body.length === 0) return '请求体应为非空数组'
  return body.length <= SNMS_BATCH_COUNT_MAX ? body : `单次最多 ${SNMS_BATCH_COUNT_MAX} 条`
}

function handleOf(json: unknown): string {
  const { success, data } = namedAnyhow.safeParse(json)
  return success ? data.handle : ''
}
