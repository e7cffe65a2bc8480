import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { applicationView } from '../../desk/operations/applications.ts'
import type { Desk } from '../../desk/door.ts'
import { formatDate, isWithin, readPeriod } from './dates.ts'
import {
  refuse, refuseMissing, sendChanged, sendDone, sendRefusal, snmsCallerOf,
} from './envelope.ts'
import { organisationView, readNames, readOrganisation } from './organisations.ts'
import { listOf, listRows, pageBody, readPage, rowsOf } from './pages.ts'

const optionalPort = z.union([z.literal(''), z.coerce.number().int().min(1).max(65_535)]).optional()

const selfBuilt = z.object({
  entPrefixConfig: z.object({
    entPrefix: z.string().min(1).max(64),
    hdlType: z.literal('HS_SITE'),
    ipType: z.coerce.number().int(),
    ip: z.string().max(255),
    tcpPort: optionalPort, udpPort: optionalPort, httpPort: optionalPort,
  }),
})
const hosted = z.object({
  proxyServerId: z.union([z.string(), z.number()]),
  entPrefixConfig: z.object({ entPrefix: z.string().min(1).max(64) }),
})

const whose = z.object({ topLevelNode: z.string() })
const named = z.object({ prefix: z.string().min(1).max(64) })
const filter = z.object({
  entPrefix: z.string().max(64).optional(), entName: z.string().max(255).optional(),
}).catch({})
const prefixes = listOf(applicationView)
const organisations = listOf(organisationView)

/** Prefixes: what they are, and where they are served. */
export function addPrefixes(server: FastifyInstance, desk: Desk): void {
  server.get('/snms/api/prefix/query', async (request, reply) => {
    const caller = snmsCallerOf(request)
    const asked = named.safeParse(request.query)
    if (!asked.success) return refuseMissing(reply, 'prefix')
    const found = await desk.call('prefix.get', { params: asked.data }, caller)
    if (found.kind === 'refused') return sendRefusal(reply, found)
    const prefix = applicationView.parse(found.value)
    const holder = await readOrganisation(desk, prefix.organisation, caller)
    const own = await desk.call('desk.show', {}, caller)
    return sendDone(reply, {
      prefix: prefix.prefix,
      createDate: formatDate(prefix.createdAt),
      ghrName: own.kind === 'refused' ? '' : whose.parse(own.value).topLevelNode,
      status: prefix.stateCode,
      entNameCn: holder.name, entWebSite: holder.website, entIndustry: holder.industry,
      entAddrCn: holder.address, entDesc: holder.description,
    })
  })

  server.get('/snms/api/prefix/page', async (request, reply) => {
    const caller = snmsCallerOf(request)
    const page = readPage(request.query)
    const { entPrefix = '', entName = '' } = filter.parse(request.query)
    const period = readPeriod(request.query)
    if (typeof period === 'string') return refuse(reply, period)
    const rows = await listRows(desk, 'prefix.list', caller, prefixes)
    if ('kind' in rows) return sendRefusal(reply, rows)
    const named = entName === '' ? null : await listRows(
      desk, 'organisation.list', caller, organisations)
    if (named !== null && 'kind' in named) return sendRefusal(reply, named)
    const ids = named === null ? null : new Set(
      named.filter(({ details }) => details.name.includes(entName)).map(({ id }) => id))
    const found = rows.filter(({ prefix, createdAt, organisation }) =>
      prefix.includes(entPrefix) && isWithin(period, createdAt) && (ids?.has(organisation) ?? true))
    const shown = rowsOf(found, page)
    const holders = await readNames(desk, shown.map(({ organisation }) => organisation), caller)
    const content = shown.map((row) => ({
      id: row.id, createDate: formatDate(row.createdAt), updateDate: formatDate(row.updatedAt),
      entPrefix: row.prefix,
      entId: row.organisation, state: row.state === 'enabled' ? 1 : 0,
      entName: holders.get(row.organisation) ?? '',
      proxyState: row.hostingCode,
    }))
    return sendDone(reply, pageBody(content, found.length, page))
  })

  server.post('/snms/api/ent/config', async (request, reply) => {
    const caller = snmsCallerOf(request)
    const own = selfBuilt.safeParse(request.body)
    const here = hosted.safeParse(request.body)
    if (!own.success && !here.success) {
      return refuse(
        reply, 'entPrefixConfig: 自建须填 hdlType、ipType、ip 及至少一个端口；托管须填 proxyServerId')
    }
    const result = own.success
      ? await desk.call('prefix.route', {
        params: { prefix: own.data.entPrefixConfig.entPrefix }, ifMatch: 'any',
        body: { endpoints: [toEndpoint(own.data.entPrefixConfig)] },
      }, caller)
      : await desk.call('prefix.hosting', {
        params: { prefix: here.data?.entPrefixConfig.entPrefix }, body: { action: 'request' },
      }, caller)
    return sendChanged(reply, result)
  })
}

function toEndpoint(config: z.output<typeof selfBuilt>['entPrefixConfig']): object {
  const { ip, tcpPort, udpPort, httpPort } = config
  const port = (value: typeof tcpPort): number | undefined =>
    typeof value === 'number' ? value : undefined
  return { ip, tcpPort: port(tcpPort), udpPort: port(udpPort), httpPort: port(httpPort) }
}
