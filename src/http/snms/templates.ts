import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Desk } from '../../desk/door.ts'
import { templateBody } from '../../desk/template.ts'
import { checkInput } from './check-input.ts'
import {
  refuse, refuseMissing, sendChanged, sendDone, sendRefusal, snmsCallerOf,
} from './envelope.ts'

const PATHS = ['/snms/api/v5/template', '/snms/api/v3/template'] as const
const FIRST_INDEX = 2_000

const names = z.object({ prefix: z.string().min(1).max(64), version: z.string().min(1).max(128) })

const input = names.extend({
  description: z.string().optional(),
  industryCategory: z.string().max(1).optional(),
  industrySpecific: z.string().max(2).optional(),
  industryTrade: z.string().max(3).optional(),
  industrySubclass: z.string().max(4).optional(),
  type: z.coerce.number().int().min(1).max(2),
  items: z.array(z.object({
    name: z.string(),
    idType: z.string(),
    idIndex: z.coerce.number().int().optional(),
    required: z.boolean().default(false),
    state: z.coerce.number().int().min(0).max(1).default(1),
    metadata: z.object({
      type: z.string().default('string'),
      minLength: z.coerce.number().int(),
      maxLength: z.coerce.number().int(),
    }),
  })),
})

const stored = z.object({ ...templateBody.shape, prefix: z.string() })

/**
 * Data templates. A template is published as soon as it is made, since connectors use it at once;
 * from then on it never changes, so PUT is refused with what to do instead.
 */
export function addTemplates(server: FastifyInstance, desk: Desk): void {
  for (const path of PATHS) {
    server.get(path, async (request, reply) => {
      const asked = names.safeParse(request.query)
      if (!asked.success) return refuseMissing(reply, 'prefix, version')
      const result = await desk.call('template.get', { params: asked.data }, snmsCallerOf(request))
      if (result.kind === 'refused') return sendRefusal(reply, result)
      return sendDone(reply, toSnms(stored.parse(result.value)))
    })

    server.post(path, async (request, reply) => {
      const caller = snmsCallerOf(request)
      const given = checkInput(input, request.body)
      if (typeof given === 'string') return refuse(reply, given)
      const { prefix, version } = given
      const made = await desk.call(
        'template.create', { params: { prefix }, body: fromSnms(given) }, caller)
      if (made.kind === 'refused') return sendRefusal(reply, made)
      const published = await desk.call('template.act', {
        params: { prefix, version }, body: { action: 'publish' },
      }, caller)
      return sendChanged(reply, published)
    })

    server.put(path, (_request, reply) => refuse(reply, '已发布的模板版本不可修改，请新增版本'))

    server.delete(path, async (request, reply) => {
      const caller = snmsCallerOf(request)
      const asked = names.safeParse(request.body)
      if (!asked.success) return refuseMissing(reply, 'prefix, version')
      const result = await desk.call('template.act', {
        params: asked.data, body: { action: 'withdraw' },
      }, caller)
      return sendChanged(reply, result)
    })
  }
}

function fromSnms(given: z.output<typeof input>): object {
  const { version, description, type, items } = given
  const digits = given.industrySubclass ?? given.industryTrade ?? given.industrySpecific ?? ''
  const industry = given.industryCategory === undefined || given.industryCategory === ''
    ? undefined
    : given.industryCategory + digits
  return {
    version,
    activeCarrier: type === 1,
    ...(description === undefined || description === '' ? {} : { description }),
    ...(industry === undefined ? {} : { industry }),
    items: items.map((item, i) => ({
      name: item.name, type: item.idType, index: item.idIndex ?? FIRST_INDEX + i,
      dataType: 'text', required: item.required, disabled: item.state === 0,
      minLength: item.metadata.minLength, maxLength: item.metadata.maxLength,
    })),
  }
}

function toSnms(template: z.output<typeof stored>): object {
  const { prefix, version, description, industry = '', activeCarrier, items } = template
  return {
    prefix, version, name: '',
    description: description ?? '',
    industryCategory: industry.slice(0, 1),
    industrySpecific: industry.slice(1, 3),
    industryTrade: industry.length > 3 ? industry.slice(1, 4) : '',
    industrySubclass: industry.length > 4 ? industry.slice(1, 5) : '',
    type: activeCarrier ? 1 : 2,
    items: items.map(({ name, type, index, required, disabled, minLength, maxLength }) => ({
      name, idType: type, idIndex: index, required, state: disabled ? 0 : 1,
      metadata: { type: 'string', minLength, maxLength },
    })),
  }
}
