import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Desk } from '../../desk/door.ts'
import { fromEntApply } from './ent-apply.ts'
import { sendDone, sendEnvelope, sendRefusal, SNMS_STATUS, snmsCallerOf } from './envelope.ts'
import { organisationView, pageOf, readPage } from './organisations.ts'

const scopes = z.object({ scopes: z.array(z.string()) })

/** Enterprises: taking them on, listing them, showing one. */
export function addEnterprises(server: FastifyInstance, desk: Desk): void {
  server.post('/snms/api/v3/ent/apply', async (request, reply) => {
    const caller = snmsCallerOf(request)
    const me = await desk.call('session.show', {}, caller)
    if (me.kind === 'refused') return sendRefusal(reply, me)
    if (!scopes.parse(me.value).scopes.includes('account:write')) {
      return sendEnvelope(reply, SNMS_STATUS.forbidden, '只有管理员角色能调用该接口', null)
    }
    const body = fromEntApply(request.body)
    if (typeof body === 'string') return sendEnvelope(reply, SNMS_STATUS.refused, body, null)
    const result = await desk.call('registration.create', { body }, caller)
    return result.kind === 'refused' ? sendRefusal(reply, result) : sendDone(reply, true)
  })

  server.get('/snms/api/v3/ent/page', async (request, reply) => {
    const { currentPage, pageSize } = readPage(request.query)
    const { orgName = '' } = z.object({ orgName: z.string().max(255).optional() })
      .catch({}).parse(request.query)
    const rows = await pageOf(desk, 'organisation.list', snmsCallerOf(request), organisationView)
    if ('kind' in rows) return sendRefusal(reply, rows)
    const found = rows.filter(({ details }) => details.name.includes(orgName))
    const start = (currentPage - 1) * pageSize
    return sendDone(reply, {
      content: found.slice(start, start + pageSize).map(({ id, createdAt, updatedAt, details }) =>
        ({ id, orgName: details.name, createDate: createdAt, updateDate: updatedAt })),
      number: currentPage - 1, size: pageSize, totalElements: found.length,
      totalPages: Math.ceil(found.length / pageSize),
    })
  })

  server.get('/snms/api/v3/ent/detail', async (request, reply) => {
    const asked = z.object({ id: z.string().min(1).max(64) }).safeParse(request.query)
    if (!asked.success) {
      return sendEnvelope(reply, SNMS_STATUS.refused, '缺少必要的请求参数: id', null)
    }
    const params = { organisation: asked.data.id }
    const result = await desk.call('organisation.get', { params }, snmsCallerOf(request))
    if (result.kind === 'refused') return sendRefusal(reply, result)
    const { id, details } = organisationView.parse(result.value)
    return sendDone(reply, { id, orgName: details.name, ...details })
  })
}
