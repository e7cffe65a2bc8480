import { createHash, createHmac, pbkdf2Sync, randomBytes, sign } from 'node:crypto'
import t from 'tap'
import { jsonOf } from '../../support/http.ts'
import { ADMIN, adminKeys, startHttps } from '../../support/https.ts'

const { ask, secure } = await startHttps(t)
const nonce = randomBytes(16)
const cnonce = randomBytes(16)
const both = Buffer.concat([nonce, cnonce])
const secret = Buffer.from(ADMIN.secret)
const nonces = { nonce: nonce.toString('base64'), cnonce: cnonce.toString('base64') }
const pathOf = (id: string, fields: object): string => {
  const query = new URLSearchParams({ ...nonces, ...fields }).toString()
  return `/api/verifications/${id}?${query}`
}

t.test('an answer to a challenge is right or wrong', async (t) => {
  const salt = randomBytes(16)
  const stretched = pbkdf2Sync(Buffer.from(secret.toString('latin1')), salt, 500, 20, 'sha1')
  const digest = createHash('sha256').update(secret).update(both).update(secret).digest()
  const cases: [id: string, alg: string, signature: Buffer, more?: object][] = [
    [ADMIN.keyId, 'SHA256', sign('sha256', both, adminKeys.privateKey)],
    [ADMIN.keyId, 'SHA1', sign('sha1', both, adminKeys.privateKey)],
    [ADMIN.secretId, 'SHA-256', digest],
    [ADMIN.secretId, 'HMAC-SHA1', createHmac('sha1', secret).update(both).digest()],
    [ADMIN.secretId, 'HMAC-SHA256', createHmac('sha256', secret).update(both).digest()],
    [ADMIN.secretId, 'PBKDF2-HMAC-SHA1', createHmac('sha1', stretched).update(both).digest(),
      { salt: salt.toString('base64'), iterations: 500, length: 160 }],
  ]
  for (const [id, alg, signature, more] of cases) {
    const right = { alg, signature: signature.toString('base64'), ...more }
    const answer = await secure(pathOf(encodeURIComponent(id), right), { as: null })
    t.equal(answer.text, '{"responseCode":1,"isValid":true,"handle":"0.NA/88"}', alg)
    const wrong = { ...right, cnonce: randomBytes(16).toString('base64') }
    t.match(jsonOf(await secure(pathOf(id, wrong))), { isValid: false }, `${alg}: wrong`)
    // Nothing secret is in it, so plain HTTP does.
    t.match(jsonOf(await ask(pathOf(id, right))), { isValid: true })
  }
})

t.test('the fields may come in a body', async (t) => {
  const signature = sign('sha256', both, adminKeys.privateKey).toString('base64')
  const answer = await secure(`/api/verifications/${ADMIN.keyId}`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...nonces, alg: 'SHA256', signature }),
  })
  t.match(jsonOf(answer), { isValid: true })
})

t.test('an unknown identity is no oracle; a question without its parts is refused', async (t) => {
  const fields = { alg: 'SHA256', signature: 'AAAA' }
  for (const id of ['300:0.NA/88', '399:0.NA/88', '300:88.118.8/NOBODY']) {
    t.match(jsonOf(await secure(pathOf(id, fields))), { responseCode: 1, isValid: false }, id)
  }
  for (const path of [pathOf('0.NA/88', fields), pathOf('', fields), pathOf(ADMIN.keyId, {}),
    pathOf(ADMIN.keyId, { ...fields, nonce: '?' }), pathOf(ADMIN.keyId, { ...fields, alg: 'X' }),
    pathOf(ADMIN.secretId, { ...fields, alg: 'PBKDF2-HMAC-SHA1' })]) {
    const answer = await secure(path)
    t.equal(answer.status, 400, path)
    t.match(jsonOf(answer), { responseCode: 4 }, path)
  }
})
