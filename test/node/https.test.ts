import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from 'node:tls'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { Agent, request } from 'undici'
import type { Config } from '../../src/node/config.ts'
import { type RunningNode, startNode } from '../../src/node/node.ts'

const logger = pino({ level: 'silent' })
const anywhere = { host: '127.0.0.1', port: 0 }

const start = async (t: Test, rest: Partial<Config>): Promise<RunningNode> => {
  const node = await startNode({
    dataDir: t.testdir(), http: anywhere, https: anywhere, tlsFiles: null, native: anywhere,
    metrics: null,
    rootPrefix: '88',
    administrators: [],
    appointsAdministrator: false,
    deskPrefix: null, deskPlain: 'local', upstreamDesk: null,
    seed: 'none', workers: 0, cacheMebibytes: 16, trustedNetworks: [], recursion: null, ...rest,
  }, { logger })
  t.teardown(() => node.stop())
  return node
}

t.test('HTTPS in every thread, with a certificate that the node made', async (t) => {
  const dataDir = t.testdir()
  const node = await start(t, { dataDir, workers: 2 })
  const ca = readFileSync(join(dataDir, 'tls-cert.pem'))
  const port = node.httpsAddress?.port
  const dispatcher = new Agent({ connect: { ca } })
  t.teardown(() => dispatcher.close())
  for (let i = 0; i < 8; i++) {
    const { statusCode, body } = await request(`https://localhost:${port}/api/site`, {
      dispatcher, reset: true,
    })
    t.equal(statusCode, 200)
    t.match(await body.text(), `{"query":true,"admin":true,"protocol":"HTTPS","port":${port}}`)
  }
  await t.rejects(request(`https://localhost:${port}/`), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
})

t.test('TLS 1.3 is used, 1.2 is taken, what is older is not', async (t) => {
  const node = await start(t, {})
  const port = node.httpsAddress?.port ?? 0
  const dial = async (maxVersion?: 'TLSv1.2' | 'TLSv1.1'): Promise<string | null> => {
    const socket = connect({
      port, rejectUnauthorized: false, ...(maxVersion === undefined ? {} : { maxVersion }),
      ...(maxVersion === 'TLSv1.1' ? { minVersion: maxVersion, ciphers: 'ALL@SECLEVEL=0' } : {}),
    })
    await once(socket, 'secureConnect')
    const protocol = socket.getProtocol()
    socket.destroy()
    return protocol
  }
  t.equal(await dial(), 'TLSv1.3')
  t.equal(await dial('TLSv1.2'), 'TLSv1.2')
  await t.rejects(dial('TLSv1.1'), /protocol version/i)
})

t.test('connections over TLS are counted with the others', async (t) => {
  const node = await start(t, {})
  const hold = async (): Promise<void> => {
    const socket = connect({ port: node.httpsAddress?.port ?? 0, rejectUnauthorized: false })
    t.teardown(() => socket.destroy())
    await once(socket, 'secureConnect')
  }
  for (let i = 0; i < 5; i++) await hold()
  const countOpen = async (): Promise<number> => {
    const url = `http://127.0.0.1:${node.httpAddress.port}/metrics`
    const text = await (await request(url, { reset: true })).body.text()
    return Number(/^suibiao_http_open_connections\{thread="0"\} (\d+)$/m.exec(text)?.[1])
  }
  for (let i = 0; i < 40 && (await countOpen()) < 5; i++) await delay(50)
  t.ok((await countOpen()) >= 5)
})

t.test('an unusable certificate is told before anything listens', async (t) => {
  const files = { certificate: '/nowhere/cert.pem', key: '/nowhere/key.pem' }
  await t.rejects(start(t, { tlsFiles: files, workers: 2 }), {
    name: 'CertificateError', message: /cert\.pem can't be read/,
  })
})

t.test('two nodes never share an HTTPS address', async (t) => {
  const first = await start(t, { workers: 1 })
  await t.rejects(start(t, { https: first.httpsAddress, workers: 1 }), { name: 'AddressError' })
})
