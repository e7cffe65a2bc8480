import {
  createHash, createHmac, createPublicKey, pbkdf2Sync, randomBytes, sign, verify,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type Answer, jsonOf } from '../../support/http.ts'
import {
  ADMIN, adminKeys, type SecureOptions, startHttps, STRANGER,
} from '../../support/https.ts'

const { secure, node, dataDir } = await startHttps(t, { workers: 2 })

const ask = (path: string, options: SecureOptions = {}): Promise<Answer> =>
  secure(path, { as: null, ...options })
const handleHeader = (members: Readonly<Record<string, string>>): string =>
  `Handle ${Object.entries(members).map(([key, value]) => `${key}="${value}"`).join(', ')}`

async function open(): Promise<{ sessionId: string; nonce: Buffer }> {
  const { sessionId, nonce } = jsonOf(await ask('/api/sessions/', { method: 'POST' }))
  return { sessionId: String(sessionId), nonce: Buffer.from(String(nonce), 'base64') }
}

/** The members of a header that answers a nonce with the administrator's key. */
function signed(
  { sessionId, nonce }: { sessionId: string; nonce: Buffer }, alg: string, id: string = ADMIN.keyId,
): Record<string, string> {
  const clientNonce = randomBytes(16)
  const hash = /1$|^SHA$/i.test(alg) ? 'sha1' : 'sha256'
  const signature = sign(hash, Buffer.concat([nonce, clientNonce]), adminKeys.privateKey)
  return {
    version: '0', sessionId, cnonce: clientNonce.toString('base64'), id, type: 'HS_PUBKEY', alg,
    signature: signature.toString('base64'),
  }
}

t.test('a session, from its opening to its end, in every thread', async (t) => {
  const opened = await ask('/api/sessions/', {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: '',
  })
  t.equal(opened.status, 201)
  t.equal(opened.headers['location'], '/api/sessions/this')
  t.match(opened.text, /^\{"sessionId":"[^"]+","nonce":"[^"]+"\}$/)
  const session = jsonOf(opened) as { sessionId: string; nonce: string }
  const nonce = Buffer.from(session.nonce, 'base64')
  const proven = await ask('/api/sessions/this', {
    method: 'POST',
    headers: { authorization: handleHeader(signed({ ...session, nonce }, 'sha1')) },
  })
  t.equal(proven.status, 200)
  t.match(jsonOf(proven), { ...session, authenticated: true, id: '300:0.NA/88' })
  const authorization = handleHeader({ version: '0', sessionId: session.sessionId })
  // Each on a connection of its own, so that all threads get their share.
  const put = (query: string, value: string) => ask(`/api/handles/88.118.8/test${query}`, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify([{ index: 1, type: 'URL', data: { format: 'string', value } }]),
  })
  t.equal((await put('?overwrite=false', 'a')).status, 201)
  t.equal((await put('?overwrite=false', 'b')).status, 409)
  for (let i = 0; i < 6; i++) t.equal((await put('?overwrite=true', `c${i}`)).status, 200)
  const listed = await ask('/api/handles?prefix=88.118.8', { headers: { authorization } })
  t.match(jsonOf(listed), { totalCount: '2', handles: ['88.118.8/STRANGER', '88.118.8/TEST'] })
  const read = await ask('/api/handles/88.118.8/test', { headers: { authorization } })
  t.match(jsonOf(read), { values: [{ data: { value: 'c5' } }] })
  t.equal((await ask('/api/handles/88.118.8/test', {
    method: 'DELETE', headers: { authorization, 'content-type': 'application/json' }, body: 'null',
  })).status, 200)
  const shown = await ask('/api/sessions/this', { headers: { authorization } })
  t.match(jsonOf(shown), { sessionId: session.sessionId, authenticated: true, id: ADMIN.keyId })
  const closed = await ask('/api/sessions/this', { method: 'DELETE', headers: { authorization } })
  t.equal(closed.status, 204)
  t.equal(closed.text, '')
  t.equal((await put('', 'd')).status, 401)
  t.equal((await ask('/api/sessions/this', { headers: { authorization } })).status, 403)
  t.equal(node.workerCount, 2)
})

t.test('public keys: algorithms in their spellings, id encoded or not', async (t) => {
  for (const alg of ['SHA1', 'sha1', 'SHA-1', 'SHA', 'SHA256', 'SHA-256', 'sha-256', 'SHA2']) {
    const id = alg.includes('-') ? encodeURIComponent(ADMIN.keyId) : ADMIN.keyId
    const session = await open()
    const answer = await ask('/api/sessions/this', {
      method: 'PUT', headers: { authorization: handleHeader(signed(session, alg, id)) },
    })
    t.match(jsonOf(answer), { authenticated: true, id: ADMIN.keyId }, alg)
  }
})

t.test('secrets: every algorithm', async (t) => {
  const secret = Buffer.from(ADMIN.secret)
  // Each byte of the secret counts as one character when it is stretched.
  const characters = Buffer.from(secret.toString('latin1'))
  const salt = randomBytes(16)
  const stretched = pbkdf2Sync(characters, salt, 1000, 20, 'sha1')
  const digest = (hash: string) => (nonces: Buffer): Buffer =>
    createHash(hash).update(secret).update(nonces).update(secret).digest()
  const hmac = (hash: string, key = secret) => (nonces: Buffer): Buffer =>
    createHmac(hash, key).update(nonces).digest()
  const figures = { salt: salt.toString('base64'), iterations: '1000', length: '160' }
  const cases: [alg: string, answer: (nonces: Buffer) => Buffer, more?: object][] = [
    ['MD5', digest('md5')], ['SHA-1', digest('sha1')], ['SHA256', digest('sha256')],
    ['HMAC-SHA1', hmac('sha1')], ['HMAC-SHA256', hmac('sha256')],
    ['PBKDF2-HMAC-SHA1', hmac('sha1', stretched), figures],
    ['PBKDF2WithHmacSHA1', hmac('sha1', stretched), figures],
  ]
  for (const [alg, answer, more] of cases) {
    const { sessionId, nonce } = await open()
    const clientNonce = randomBytes(16)
    const proven = await ask('/api/sessions/this', { method: 'PUT', headers: {
      authorization: handleHeader({
        sessionId, id: encodeURIComponent(ADMIN.secretId), type: 'HS_SECKEY', alg,
        cnonce: clientNonce.toString('base64'),
        signature: answer(Buffer.concat([nonce, clientNonce])).toString('base64'), ...more,
      }),
    } })
    t.match(jsonOf(proven), { authenticated: true, id: ADMIN.secretId }, alg)
  }
})

t.test('the node proves itself to a client that gives a nonce', async (t) => {
  const clientNonce = randomBytes(16)
  const body = JSON.stringify({ cnonce: clientNonce.toString('base64') })
  const answer = await ask('/api/sessions', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body,
  })
  t.equal(answer.status, 201)
  const { nonce, serverAlg, serverSignature } = jsonOf(answer) as Record<string, string>
  t.equal(serverAlg, 'SHA256')
  const key = createPublicKey(readFileSync(join(dataDir, 'node-key.pem')))
  const both = Buffer.concat([Buffer.from(nonce ?? '', 'base64'), clientNonce])
  t.ok(verify('sha256', both, key, Buffer.from(serverSignature ?? '', 'base64')))
})

t.test('the members as parameters: query, form, JSON', async (t) => {
  const ways: ((members: Record<string, string>) => SecureOptions & { query?: string })[] = [
    (members) => ({ query: `?${new URLSearchParams(members).toString()}` }),
    (members) => ({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(members).toString(),
    }),
    (members) => ({
      headers: { 'content-type': 'application/json' }, body: JSON.stringify(members),
    }),
  ]
  for (const way of ways) {
    const session = await open()
    const { query = '', ...options } = way(signed(session, 'SHA256'))
    const proven = await ask(`/api/sessions/this${query}`, { method: 'POST', ...options })
    t.match(jsonOf(proven), { authenticated: true })
    const listed = await ask(`/api/prefixes?sessionId=${session.sessionId}`)
    t.equal(listed.status, 200)
  }
})

t.test('one request may open nothing, prove and act at once', async (t) => {
  const session = await open()
  const authorization = handleHeader(signed(session, 'SHA256'))
  const answer = await ask('/api/prefixes', { headers: { authorization } })
  t.equal(answer.status, 200)
  t.match(jsonOf(answer), { responseCode: 1, prefixes: ['0.NA/0.NA', '0.NA/88', '0.NA/88.118.8'] })
})

t.test('what is not right', async (t) => {
  const none = await ask('/api/sessions/this')
  t.equal(none.text, '{"authenticated":false}')
  const session = await open()
  const members = signed(session, 'SHA256')
  const wrong: Record<string, string>[] = [
    { ...members, cnonce: randomBytes(16).toString('base64') },
    { ...members, id: '300:0.NA/99' }, { ...members, id: ADMIN.secretId },
    { ...members, id: STRANGER.secretId, type: 'HS_SECKEY' },
    { ...members, alg: 'SHA512' }, { ...members, type: 'HS_OTHER' }, { ...members, signature: '' },
    { ...members, signature: '*' }, { sessionId: session.sessionId, signature: 'AAAA' },
    { ...members, type: 'HS_SECKEY', alg: 'PBKDF2-HMAC-SHA1' },
  ]
  for (const one of wrong) {
    const answer = await ask('/api/sessions/this', {
      method: 'PUT', headers: { authorization: handleHeader(one) }, from: '127.0.0.7',
    })
    t.equal(answer.status, 401, JSON.stringify(one).slice(0, 60))
    t.equal(answer.text, '')
  }
  const authorization = handleHeader({ sessionId: session.sessionId })
  const shown = await ask('/api/sessions/this', { headers: { authorization } })
  t.match(jsonOf(shown), { sessionId: session.sessionId, authenticated: false })
  t.equal((await ask('/api/prefixes', { headers: { authorization } })).status, 401)
  type Method = 'GET' | 'PUT' | 'POST' | 'DELETE'
  const cases: [path: string, method: Method, header: string, status: number][] = [
    ['/api/sessions', 'POST', authorization, 400],
    ['/api/sessions/this', 'PUT', handleHeader({ ...members, sessionId: 'unknown' }), 403],
    ['/api/sessions/this', 'GET', handleHeader({ sessionId: 'unknown' }), 403],
    ['/api/sessions/this', 'PUT', 'Handle version="0"', 403],
    ['/api/sessions/other', 'GET', authorization, 403],
    ['/api/sessions/other', 'PUT', authorization, 403],
    ['/api/sessions/this', 'DELETE', handleHeader({ sessionId: 'unknown' }), 204],
    ['/api/sessions/this', 'PUT', 'Handle sessionId="', 400],
  ]
  for (const [path, method, header, status] of cases) {
    const answer = await ask(path, { method, headers: { authorization: header } })
    t.equal(answer.status, status, `${method} ${path} ${header.slice(0, 40)}`)
  }
})
