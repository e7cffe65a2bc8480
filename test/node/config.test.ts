import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import t from 'tap'
import { ConfigError, type ConfigFlags, loadConfig } from '../../src/node/config.ts'

interface Given {
  flags?: ConfigFlags
  env?: Record<string, string>
  file?: string
}

const load = ({ flags = {}, env = {}, file = '/nowhere/suibiao.toml' }: Given) =>
  loadConfig({ flags, env, file })

function refusalOf(given: Given): string {
  try {
    load(given)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'nothing was refused'
}

t.test('the defaults', async (t) => {
  t.strictSame(load({}), {
    dataDir: resolve('data'),
    http: { host: '127.0.0.1', port: 8000 },
    https: null,
    tlsFiles: null,
    native: { host: '127.0.0.1', port: 2641 },
    metrics: null,
    rootPrefix: '88',
    administrators: [{ handle: '0.NA/88', index: 300 }, { handle: '0.NA/88', index: 301 }],
    appointsAdministrator: true,
    deskPrefix: null,
    deskPlain: 'local', upstreamDesk: null,
    seed: 'none',
    workers: availableParallelism(),
    cacheMebibytes: 256,
    trustedNetworks: ['127.0.0.0/8', '::1/128'],
    recursion: null,
  })
})

t.test('the demonstration has a registration desk, others have one when told so', async (t) => {
  t.equal(load({ flags: { seed: 'demo' } }).deskPrefix, '88')
  t.equal(load({ flags: { seed: 'demo', desk: 'off' } }).deskPrefix, null)
  t.equal(load({ flags: { desk: '88.118' } }).deskPrefix, '88.118')
  t.equal(load({ env: { SUIBIAO_DESK_PLAIN: 'any' } }).deskPlain, 'any')
  for (const desk of ['88.118.8', '8', 'x', '']) t.throws(() => load({ flags: { desk } }), /desk/)
})

t.test('only a secondary node reports upwards, and over TLS but on this machine', async (t) => {
  const desk = '88.118'
  for (const upstreamDesk of ['https://top.example:8443',
    'http://127.0.0.1:8000', 'http://[::1]:8000', 'http://localhost:1']) {
    t.strictSame(load({ flags: { desk, upstreamDesk } }).upstreamDesk,
      { origin: upstreamDesk, ca: null })
  }
  for (const upstreamDesk of ['http://top.example', 'http://127.evil.example', 'top.example', '',
    'ftp://127.0.0.1', 'https://user:x@top.example', 'https://top.example/?a', 'https://',
    'https://top.example/desk']) {
    t.throws(() => load({ flags: { desk, upstreamDesk } }), /upstream-desk: .* can't be used/)
  }
  for (const other of ['88', 'off']) {
    const flags = { desk: other, upstreamDesk: 'https://top.example' }
    t.throws(() => load({ flags }), /give its prefix too, such as --desk 88\.118/)
  }
  t.equal(load({ flags: { desk, upstreamDesk: 'none' } }).upstreamDesk, null)
  const ca = join(t.testdir({ 'ca.pem': 'PEM' }), 'ca.pem')
  t.equal(load({ flags: { desk, upstreamDesk: 'https://a', upstreamCa: ca } }).upstreamDesk?.ca,
    'PEM')
})

t.test('flag before environment before file before default', async (t) => {
  const file = join(t.testdir({ 'own.toml': 'workers = 1\nseed = "demo"\nhttp = "[::1]:1"' }),
    'own.toml')
  const env = { SUIBIAO_WORKERS: '2', SUIBIAO_HTTP: '[::1]:2' }
  const flags = { workers: '3' }
  t.equal(load({ file }).workers, 1)
  t.equal(load({ file, env }).workers, 2)
  const config = load({ file, env, flags })
  t.equal(config.workers, 3)
  t.strictSame(config.http, { host: '::1', port: 2 })
  t.equal(config.seed, 'demo')
  t.strictSame(config.native, { host: '127.0.0.1', port: 2641 })
})

t.test('HTTPS, and a certificate of the operator', async (t) => {
  t.strictSame(load({ flags: { https: '[::1]:8443' } }).https, { host: '::1', port: 8443 })
  const folder = t.testdir({ 'a.toml': 'tls-cert = "c.pem"\ntls-key = "/k.pem"\nhttps = "off"' })
  const config = load({ flags: { config: join(folder, 'a.toml') } })
  t.strictSame(config.tlsFiles, { certificate: join(folder, 'c.pem'), key: '/k.pem' })
  t.equal(config.https, null)
})

t.test('metrics have an address of their own, or none', async (t) => {
  t.strictSame(load({ flags: { metrics: '[::1]:9464' } }).metrics, { host: '::1', port: 9464 })
  t.equal(load({ env: { SUIBIAO_METRICS: 'none' } }).metrics, null)
  t.match(refusalOf({ flags: { metrics: '9464' } }), /--metrics: "9464" can't be used/)
})

t.test('an empty variable counts as absent', async (t) => {
  t.equal(load({ env: { SUIBIAO_SEED: '', SUIBIAO_CONFIG: '' } }).seed, 'none')
})

t.test('a file is named by flag before variable; data starts from its folder', async (t) => {
  const folder = t.testdir({ 'a.toml': 'data = "records"', 'b.toml': 'data = "/other"' })
  const env = { SUIBIAO_CONFIG: join(folder, 'b.toml') }
  t.equal(load({ env }).dataDir, '/other')
  const flags = { config: join(folder, 'a.toml') }
  t.equal(load({ env, flags }).dataDir, join(folder, 'records'))
})

t.test('refusals say which setting, from where, and what is accepted', async (t) => {
  const folder = t.testdir({
    'key.toml': 'worker = 2',
    'bad.toml': 'workers = ',
    'type.toml': 'workers = "many"',
    'table.toml': '[http]\nport = 1',
  })
  mkdirSync(join(folder, 'dir.toml'))
  const named = (name: string): Given => ({ flags: { config: join(folder, name) } })
  const cases: [Given, RegExp][] = [
    [{ flags: { workers: '-1' } }, /^--workers: "-1" can't be used; .* 0 to 256$/],
    [{ flags: { workers: '257' } }, /^--workers: "257"/],
    [{ flags: { workers: '1.5' } }, /^--workers: "1.5"/],
    [{ flags: { trusted: '10.0.0.0/33' } }, /^--trusted: "10.0.0.0\/33" .* networks/],
    [{ flags: { cache: '0' } }, /^--cache: "0" .* mebibytes/],
    [{ flags: { http: 'localhost' } }, /^--http: "localhost" .* HOST:PORT/],
    [{ flags: { native: '::1:99999' } }, /^--native: .* \[::1\]:2641/],
    [{ flags: { https: 'on' } }, /^--https: "on" .* or off$/],
    [{ flags: { tlsCert: 'a.pem' } }, /^--tls-cert: tls-cert and tls-key go together; give both$/],
    [{ env: { SUIBIAO_TLS_KEY: 'a.pem' } }, /^environment variable SUIBIAO_TLS_KEY: tls-cert/],
    [{ flags: { data: '' } }, /^--data: "" .* folder/],
    [{ env: { SUIBIAO_SEED: 'all' } }, /variable SUIBIAO_SEED: "all" .* demo or none$/],
    [named('key.toml'), /key\.toml: unknown setting "worker"; known: data, http, https, tls-cert/],
    [named('bad.toml'), /bad\.toml: line 1, column \d+ is not TOML/],
    [named('type.toml'), /type\.toml: workers: "many" can't be used/],
    [named('table.toml'), /table\.toml: http: {"port":1} can't be used/],
    [named('none.toml'), /none\.toml: there is no such file/],
    [named('dir.toml'), /dir\.toml: it can't be read \(EISDIR\)/],
  ]
  for (const [given, expected] of cases) {
    const message = refusalOf(given)
    t.match(message, expected)
    t.notMatch(message, /\n/, 'one line')
  }
})

t.test('a default file that is there is read and may be wrong', async (t) => {
  const folder = t.testdir({})
  const file = join(folder, 'suibiao.toml')
  writeFileSync(file, 'seed = 1')
  t.match(refusalOf({ file }), /suibiao\.toml: seed: 1 can't be used/)
})

t.test('administrators follow from the root prefix, or are named', async (t) => {
  t.same(load({ flags: { rootPrefix: 'ab.1' } }).administrators, [
    { handle: 'AB.1/ADMIN', index: 300 }, { handle: 'AB.1/ADMIN', index: 301 },
  ])
  t.match(load({ env: { SUIBIAO_ADMINISTRATORS: '300:88.1/A, 0:88.1/B' } }), {
    administrators: [{ handle: '88.1/A', index: 300 }, { handle: '88.1/B', index: 0 }],
    appointsAdministrator: false,
  })
  const recursive = { role: 'recursive', root: '127.0.0.1:2641' }
  t.equal(load({ flags: recursive }).appointsAdministrator, false)
  for (const administrators of ['88.1/A', '300:', ':88.1/A', '300:88.1/A,']) {
    t.match(refusalOf({ flags: { administrators } }), /--administrators: .* INDEX:HANDLE/)
  }
  for (const rootPrefix of ['', '88/1', '88..1', '.88']) {
    t.match(refusalOf({ flags: { rootPrefix } }), /--root-prefix: .* a prefix/)
  }
})
