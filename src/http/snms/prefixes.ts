import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { applicationView } from '../../desk/operations/applications.ts'
import type { Desk } from '../../desk/door.ts'
import { sendDone, sendEnvelope, sendRefusal, SNMS_STATUS, snmsCallerOf } from './envelope.ts'
import { pageOf, readOrganisation, readPage } from './organisations.ts'

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

/** Prefixes: what they are, and where they are served. */
export function addPrefixes(server: FastifyInstance, desk: Desk): void {
  server.get('/snms/api/prefix/query', async (request, reply) => {
    const caller = snmsCallerOf(request)
    const asked = z.object({ prefix: z.string().min(1).max(64) }).safeParse(request.query)
    if (!asked.success) {
      return sendEnvelope(reply, SNMS_STATUS.refused, '缺少必要的请求参数: prefix', null)
    }
    const found = await desk.call('prefix.get', { params: asked.data }, caller)
    if (found.kind === 'refused') return sendRefusal(reply, found)
    const prefix = applicationView.parse(found.value)
    const holder = await readOrganisation(desk, prefix.organisation, caller)
    return sendDone(reply, {
      prefix: prefix.prefix,
      createDate: prefix.createdAt.slice(0, 10),
      ghrName: '',
      status: prefix.stateCode,
      entNameCn: holder.name, entWebSite: holder.website, entIndustry: holder.industry,
      entAddrCn: holder.address, entDesc: holder.description,
    })
  })

  server.get('/snms/api/prefix/page', async (request, reply) => {
    const caller = snmsCallerOf(request)
    const { currentPage, pageSize } = readPage(request.query)
    const rows = await pageOf(desk, 'prefix.list', caller, applicationView)
    if ('kind' in rows) return sendRefusal(reply, rows)
    const start = (currentPage - 1) * pageSize
    const content = await Promise.all(rows.slice(start, start + pageSize).map(async (row) => ({
      id: row.id, createDate: row.createdAt, updateDate: row.updatedAt, entPrefix: row.prefix,
      entId: row.organisation, state: row.state === 'enabled' ? 1 : 0,
      entName: (await readOrganisation(desk, row.organisation, caller)).name,
      proxyState: row.hostingCode,
    })))
    return sendDone(reply, {
      content, number: currentPage - 1, size: pageSize, totalElements: rows.length,
      totalPages: Math.ceil(rows.length / pageSize),
    })
  })

  server.post('/snms/api/ent/config', async (request, reply) => {
    const caller = snmsCallerOf(request)
    const own = selfBuilt.safeParse(request.body)
    const here = hosted.safeParse(request.body)
    if (!own.success && !here.success) {
      const message = 'entPrefixConfig: 自建须填 hdlType、ipType、ip 及至少一个端口；托管须填 proxyServerId'
      return sendEnvelope(reply, SNMS_STATUS.refused, message, null)
    }
    const result = own.success
      ? await desk.call('prefix.route', {
        params: { prefix: own.data.entPrefixConfig.entPrefix }, ifMatch: 'any',
        body: { endpoints: [toEndpoint(own.data.entPrefixConfig)] },
      }, caller)
      : await desk.call('prefix.hosting', {
        params: { prefix: here.data?.entPrefixConfig.entPrefix }, body: { action: 'request' },
      }, caller)
    return result.kind === 'refused' ? sendRefusal(reply, result) : sendDone(reply, true)
  })
}

function toEndpoint(config: z.output<typeof selfBuilt>['entPrefixConfig']): object {
  const { ip, tcpPort, udpPort, httpPort } = config
  const port = (value: typeof tcpPort): number | undefined =>
    typeof value === 'number' ? value : undefined
  return { ip, tcpPort: port(tcpPort), udpPort: port(udpPort), httpPort: port(httpPort) }
}
