import t from 'tap'
import { jsonOf, startHttp } from '../support/http.ts'

for (const host of ['127.0.0.1', '::1']) {
  t.test(`the node's own site at ${host}`, async (t) => {
    const { ask, node } = await startHttp(t, {
      http: { host, port: 0 }, native: { host, port: 0 },
    })
    const answer = await ask('/api/site', { headers: { origin: 'https://portal.example' } })
    t.equal(answer.status, 200)
    t.equal(answer.headers['access-control-allow-origin'], 'https://portal.example')
    t.match(jsonOf(answer), {
      responseCode: 1,
      site: {
        version: 1, protocolVersion: '2.11', primarySite: true,
        servers: [{
          serverId: 1,
          address: host,
          interfaces: [
            { protocol: 'UDP', port: node.nativeAddress.port },
            { protocol: 'TCP', port: node.nativeAddress.port },
            { protocol: 'HTTP', port: node.httpAddress.port },
          ],
        }],
      },
    })
  })
}
