import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { formatSite } from '../../src/record/site-json.ts'
import { encodeSite } from '../../src/record/site.ts'
import { type ConfigFlags, loadConfig } from '../../src/node/config.ts'
import { createSite } from '../../src/node/site.ts'

const load = (flags: ConfigFlags, env: Record<string, string> = {}) =>
  loadConfig({ flags, env, file: '/nonexistent.toml' }).recursion
const native = (host: string, port: number) =>
  ({ host, doors: [{ protocol: 'udp', port }, { protocol: 'tcp', port }] })

t.test('a node asks others when it is told to', async (t) => {
  t.equal(load({}), null)
  t.equal(load({ root: '127.0.0.1:2641' }), null, 'a root alone switches nothing on')
  t.equal(load({ role: 'recursive', root: '127.0.0.1', recursion: 'off' }), null)
  t.match(load({ role: 'recursive', root: '127.0.0.1:2641' }), {
    roots: [native('127.0.0.1', 2641)], absentSeconds: 30, staleSeconds: 86_400,
    timeoutMs: 4000, allowPrivate: false, signaturesDemanded: false, ca: null,
  })
  t.match(load({ recursion: 'on' }), { roots: [] }, 'it may follow its own referrals')
  t.match(load({
    recursion: 'on', root: 'a.example, [::1]:99', absentTtl: '5', serveStale: '0',
    recursionTimeout: '900', allowPrivateUpstreams: true, requireSignatures: true,
  }), {
    roots: [native('a.example', 2641), native('::1', 99)],
    absentSeconds: 5, staleSeconds: 0, timeoutMs: 900, allowPrivate: true,
    signaturesDemanded: true,
  })
  t.match(load({}, {
    SUIBIAO_ROLE: 'recursive', SUIBIAO_ROOT: '10.0.0.1:1', SUIBIAO_ALLOW_PRIVATE_UPSTREAMS: 'on',
  }), { roots: [native('10.0.0.1', 1)], allowPrivate: true })
})

t.test('the root as a site file', async (t) => {
  const folder = t.testdir()
  const site = createSite({
    native: { host: '127.0.0.1', port: 2641 }, http: { host: '127.0.0.1', port: 80 }, https: null,
    publicKey: Buffer.alloc(0),
  })
  const json = join(folder, 'root.json')
  const bytes = join(folder, 'root.bin')
  writeFileSync(json, JSON.stringify(formatSite(site)))
  writeFileSync(bytes, encodeSite(site))
  for (const root of [json, bytes]) {
    t.match(load({ recursion: 'on', root }), {
      roots: [{ host: '127.0.0.1', doors: [{ protocol: 'udp', port: 2641 }, {}, { port: 80 }] }],
    })
  }
  writeFileSync(json, '{"servers":[]}')
  t.throws(() => load({ recursion: 'on', root: json }), { message: /it takes HOST:PORT/ })
  writeFileSync(json, 'no site')
  t.throws(() => load({ recursion: 'on', root: json }), { message: /it takes HOST:PORT/ })
})

t.test('settings that can\'t be used', async (t) => {
  const cases: [ConfigFlags, RegExp][] = [
    [{ role: 'recursive' }, /^a recursive node needs to know where to begin; give --root/],
    [{ role: 'tree' }, /^--role: "tree" can't be used; it takes authoritative or recursive$/],
    [{ recursion: 'maybe' }, /^--recursion: "maybe" can't be used; it takes on or off$/],
    [{ recursion: 'on', root: ':' }, /^--root: ":" can't be used; it takes HOST:PORT/],
    [{ recursion: 'on', root: 'a:0' }, /^--root: /],
    [{ recursion: 'on', root: '/nowhere.json' }, /^--root: the file can't be read \(ENOENT\)$/],
    [{ recursion: 'on', absentTtl: '1e9' }, /^--absent-ttl: .* from 0 to 3600$/],
    [{ recursion: 'on', serveStale: '-1' }, /^--serve-stale: /],
    [{ recursion: 'on', recursionTimeout: '5' }, /^--recursion-timeout: /],
    [{ recursion: 'on', upstreamCa: '/nowhere.pem' }, /^--upstream-ca: the file can't be read/],
  ]
  for (const [flags, message] of cases) t.throws(() => load(flags), { message })
})
