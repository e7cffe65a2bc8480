import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Desk } from '../../desk/door.ts'
import { formatDate, isWithin, readPeriod } from './dates.ts'
import { fromEntApply, fromEntUpgrade } from './ent-apply.ts'
import { toEntDetail } from './ent-detail.ts'
import { CERTIFICATES, NATURES, numberOf } from './ent-words.ts'
import {
  refuse, refuseMissing, sendChanged, sendDone, sendRefusal, snmsCallerOf,
} from './envelope.ts'
import { organisationView } from './organisations.ts'
import { listOf, listRows, pageBody, readPage, rowsOf } from './pages.ts'

const filter = z.object({ orgName: z.string().max(255).optional() }).catch({})
const named = z.object({ id: z.string().min(1).max(64) })
const organisations = listOf(organisationView)
const applications = listOf(z.object({ prefix: z.string() }))

/** Enterprises: taking them on, listing them, showing one. */
export function addEnterprises(server: FastifyInstance, desk: Desk): void {
  server.post('/snms/api/v3/ent/apply', async (request, reply) => {
    const body = fromEntApply(request.body)
    if (typeof body === 'string') return refuse(reply, body)
    const caller = snmsCallerOf(request)
    return sendChanged(reply, await desk.call('registration.enter', { body }, caller))
  })

  server.post('/snms/api/v3/ent/upgrade-apply', async (request, reply) => {
    const body = fromEntUpgrade(request.body)
    if (typeof body === 'string') return refuse(reply, body)
    const caller = snmsCallerOf(request)
    return sendChanged(reply, await desk.call('registration.upgrade', { body }, caller))
  })

  server.get('/snms/api/v3/ent/page', async (request, reply) => {
    const page = readPage(request.query)
    const { orgName = '' } = filter.parse(request.query)
    const period = readPeriod(request.query)
    if (typeof period === 'string') return refuse(reply, period)
    const rows = await listRows(desk, 'organisation.list', snmsCallerOf(request), organisations)
    if ('kind' in rows) return sendRefusal(reply, rows)
    const found = rows.filter(({ details, createdAt }) =>
      details.name.includes(orgName) && isWithin(period, createdAt))
    return sendDone(reply, pageBody(rowsOf(found, page).map(toRow), found.length, page))
  })

  server.get('/snms/api/v3/ent/detail', async (request, reply) => {
    const asked = named.safeParse(request.query)
    if (!asked.success) return refuseMissing(reply, 'id')
    const caller = snmsCallerOf(request)
    const organisation = asked.data.id
    const result = await desk.call('organisation.get', { params: { organisation } }, caller)
    if (result.kind === 'refused') return sendRefusal(reply, result)
    const held = await desk.call(
      'application.list', { query: { organisation, limit: '1' } }, caller)
    const prefix = held.kind === 'refused' ? null : applications.parse(held.value).items[0]?.prefix
    const { details } = organisationView.parse(result.value)
    return sendDone(reply, toEntDetail(organisation, details, prefix ?? null))
  })
}

function toRow({ id, createdAt, updatedAt, details }: z.output<typeof organisationView>): object {
  return {
    id, createDate: formatDate(createdAt), updateDate: formatDate(updatedAt),
    orgName: details.name, orgNature: numberOf(NATURES, details.nature),
    orgCrtType: numberOf(CERTIFICATES, details.certificate.type),
    orgCrtCode: details.certificate.number ?? null,
    orgDesc: details.description ?? null, website: details.website ?? null,
  }
}
