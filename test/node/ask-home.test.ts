import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { Agent, request } from 'undici'
import { keyOf } from '../../src/identifier/identifier.ts'
import { formatHostPort } from '../../src/lib/host-port.ts'
import { createAskHome } from '../../src/node/ask-home.ts'
import { loadConfig } from '../../src/node/config.ts'
import { type RunningNode, startNode } from '../../src/node/node.ts'
import { encodeAdminRecord } from '../../src/record/admin.ts'
import { encodeSite, type Site } from '../../src/record/site.ts'
import { createValue } from '../../src/record/value.ts'
import { encodeRsaPublicKey } from '../../src/registry/signer.ts'
import type { AnswerForm } from '../../src/wire/challenge-answer.ts'
import { bySecret } from '../support/native-client.ts'
import { putOf } from '../support/store.ts'
import { connectNative } from '../support/tcp-client.ts'

const IDENTITY = { handle: '88/OPERATOR', index: 301 }
const SECRET = Buffer.from('kept at home: 家')
const clock = { elapsedMs: () => 1000, nowMs: () => 0, nowSeconds: () => 0 }

async function start(t: Test, flags: object): Promise<RunningNode> {
  const config = loadConfig({
    flags: {
      http: '127.0.0.1:0', native: '127.0.0.1:0', https: '127.0.0.1:0', workers: '0', ...flags,
    },
    env: {}, file: 'no settings file',
  })
  const node = await startNode(config, { logger: pino({ level: 'silent' }) })
  t.teardown(() => node.stop())
  return node
}

/** Two whole nodes: the home of an operator, and one with a record that the operator may change. */
async function startTwo(t: Test, changeSite: (site: Site) => Site = (site) => site) {
  const folder = t.testdir({ home: {}, other: {} })
  const home = await start(t, { data: `${folder}/home`, rootPrefix: '88' })
  const asker = await connectNative(home.nativeAddress.port)
  const [answer] = await asker.client.ask(2, { kind: 'name', handle: '/' })
  asker.close()
  if (answer?.message.body.kind !== 'site') throw new Error('the home tells no site')
  const site = encodeSite(changeSite(answer.message.body.site))
  home.registry.execute([
    // Its prefix's record says where those who look for it have to go.
    putOf('0.NA/88', [createValue(1, 'HS_SITE', site)]),
    putOf(IDENTITY.handle, [createValue(301, 'HS_SECKEY', SECRET, { permissions: 0x0c })]),
  ], 'test')
  const other = await start(t, {
    data: `${folder}/other`, rootPrefix: '77.1', recursion: 'on', allowPrivateUpstreams: true,
    root: formatHostPort(home.nativeAddress),
  })
  const admin = { ...IDENTITY, permissions: 0xfff, legacyByteLength: false }
  other.registry.execute([{ operation: 'home', prefix: '77.1' }, putOf('77.1/DOC', [
    createValue(1, 'URL', 'https://a.example/0'),
    createValue(100, 'HS_ADMIN', encodeAdminRecord(admin)),
  ])], 'test')
  const { client, close } = await connectNative(other.nativeAddress.port)
  t.teardown(close)
  const ca = readFileSync(`${folder}/other/tls-cert.pem`, 'utf8')
  const dispatcher = new Agent({ connect: { ca } })
  t.teardown(() => dispatcher.destroy())
  return {
    home, other,
    /** Changes the record over the native door. @returns the response code */
    modify: async (secret = SECRET, form?: AnswerForm, identity = IDENTITY) => {
      const [done] = await client.askAs(bySecret(identity, secret, form), 104, {
        kind: 'record', handle: '77.1/DOC', values: [createValue(1, 'URL', 'https://a.example/1')],
      })
      return done?.message.responseCode
    },
    /** The same over HTTPS. @returns status and response code, 0 for none */
    put: async (secret: string) => {
      const user = `${encodeURIComponent(`${IDENTITY.index}:${IDENTITY.handle}`)}:${secret}`
      const value = { format: 'string', value: 'https://a.example/2' }
      const port = other.httpsAddress?.port ?? 0
      const answer = await request(`https://127.0.0.1:${port}/api/handles/77.1/DOC?index=1`, {
        method: 'PUT', dispatcher,
        headers: {
          authorization: `Basic ${Buffer.from(user).toString('base64')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ values: [{ index: 1, type: 'URL', data: value }] }),
      })
      const text = await answer.body.text()
      return [answer.statusCode, Number(/"responseCode":(\d+)/.exec(text)?.[1] ?? 0)]
    },
  }
}

const withKey = (publicKey: Buffer) => (site: Site): Site =>
  ({ ...site, servers: site.servers.map((server) => ({ ...server, publicKey })) })

t.test('a secret that another node keeps is verified there, in every form', async (t) => {
  const { modify, other } = await startTwo(t)
  const plain = ['md5-old', 'md5', 'sha1', 'sha256', 'hmac-sha1', 'hmac-sha256'] as const
  for (const algorithm of plain) t.equal(await modify(SECRET, { algorithm }), 1, algorithm)
  const stretched = {
    algorithm: 'pbkdf2-hmac-sha1', salt: Buffer.alloc(16, 7), rounds: 10_000, keyBits: 160,
  } as const
  t.equal(await modify(SECRET, stretched), 1)
  t.equal(await modify(Buffer.from('guessed')), 403)
  t.equal(await modify(SECRET, undefined, { ...IDENTITY, index: 302 }), 403, 'no such key')
  t.equal(await modify(SECRET, undefined, { handle: '88/NOBODY', index: 301 }), 403)
  t.ok(other.registry.findRecord(keyOf('77.1/DOC'))?.block.includes('https://a.example/1'))
})

t.test('over HTTPS too; a home that is gone is an error, not a wrong secret', async (t) => {
  const { put, modify, home } = await startTwo(t)
  t.same(await put('guessed'), [401, 0])
  t.same(await put(SECRET.toString()), [200, 1])
  await home.stop()
  const asked = performance.now()
  t.same(await put(SECRET.toString()), [500, 406], 'its home is gone: nobody can say')
  t.equal(await modify(), 406)
  t.ok(performance.now() - asked < 10_000, 'no request hangs')
})

t.test('only a home that signs with the key of its site is believed', async (t) => {
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const false_ = await startTwo(t, withKey(encodeRsaPublicKey(stranger.publicKey)))
  t.equal(await false_.modify(), 406)
  const without = await startTwo(t, withKey(Buffer.alloc(0)))
  t.equal(await without.modify(), 1, 'where the site names none, as for public keys')
})

t.test('a name that is nowhere, and a home that can not be found', async (t) => {
  const ask = (home: [] | null | undefined) => createAskHome({
    findHome: async (key, deadlineMs) => {
      t.same([key, deadlineMs], ['88/OPERATOR', 6000])
      return home
    },
  }, clock)(IDENTITY, Buffer.alloc(48), Buffer.alloc(33))
  t.equal(await ask(null), false)
  t.equal(await ask(undefined), undefined)
  t.equal(await ask([]), undefined)
})
