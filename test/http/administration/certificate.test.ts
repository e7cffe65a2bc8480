import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { jsonOf } from '../../support/http.ts'
import { adminKeys, createClientCertificate, startHttps } from '../../support/https.ts'

const { secure } = await startHttps(t)
const withCertificate = { authorization: 'Handle clientCert="true"' }
const show = (certificate: { cert: string; key: string } | null, headers = withCertificate) =>
  secure('/api/prefixes', {
    as: null, headers, ...(certificate === null ? {} : { certificate }),
  })
const id = '300:0.NA/88'

t.test('a certificate with the key of its subject is a proof', async (t) => {
  for (const subject of [{ UID: id }, { CN: id }, { UID: id, CN: 'Guangzhou' },
    { UID: encodeURIComponent(id) }]) {
    const answer = await show(createClientCertificate(subject))
    t.equal(answer.status, 200, JSON.stringify(subject))
  }
  const again = createClientCertificate({ UID: id })
  for (let i = 0; i < 3; i++) t.equal((await show(again)).status, 200, 'over one connection too')
})

t.test('anything else is none', async (t) => {
  const others = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const cases: [what: string, certificate: Parameters<typeof show>[0]][] = [
    ['no certificate', null],
    ['the key of someone else', createClientCertificate({ UID: id }, others)],
    ['an identity without a key', createClientCertificate({ UID: '301:0.NA/88' })],
    ['an identity that is none', createClientCertificate({ CN: 'Guangzhou' })],
    ['UID before CN', createClientCertificate({ UID: 'x', CN: id })],
    ['no longer valid', createClientCertificate({ UID: id }, adminKeys, { from: -9, to: -1 })],
    ['not valid yet', createClientCertificate({ UID: id }, adminKeys, { from: 1, to: 9 })],
  ]
  for (const [what, certificate] of cases) {
    const answer = await show(certificate)
    t.equal(answer.status, 401, what)
    t.equal(answer.text, '', what)
  }
})

t.test('it proves nothing unless the header says so', async (t) => {
  const certificate = createClientCertificate({ UID: id })
  const bare = await secure('/api/prefixes', { as: null, certificate })
  t.equal(bare.status, 401)
  t.match(jsonOf(bare), { responseCode: 402 })
  const asked = await secure('/api/prefixes?clientCert=true', { as: null, certificate })
  t.equal(asked.status, 401, 'a parameter is not enough')
  const sent = await show(certificate, { authorization: 'Handle clientCert="false"' })
  t.equal(sent.status, 401)
})

t.test('a certificate proves a session too', async (t) => {
  const open = async () => String(
    jsonOf(await secure('/api/sessions', { method: 'POST', as: null }))['sessionId'])
  const prove = async (sessionId: string, certificate: { cert: string; key: string }) =>
    secure('/api/sessions/this', {
      method: 'PUT', as: null, certificate,
      headers: { authorization: `Handle sessionId="${sessionId}", clientCert="true"` },
    })
  const sessionId = await open()
  const stranger = createClientCertificate({ UID: '300:88.118.8/STRANGER' })
  t.equal((await prove(sessionId, stranger)).status, 401)
  // A page of another site could send this with its visitor's certificate.
  const forged = await secure(`/api/sessions/this?sessionId=${sessionId}&clientCert=true`, {
    method: 'POST', as: null, certificate: createClientCertificate({ UID: id }),
  })
  t.match(jsonOf(forged), { authenticated: false })
  const proven = await prove(sessionId, createClientCertificate({ UID: id }))
  t.match(jsonOf(proven), { sessionId, authenticated: true, id })
  // From then on the session is enough, on any connection.
  const authorization = `Handle sessionId="${sessionId}"`
  t.equal((await secure('/api/prefixes', { as: null, headers: { authorization } })).status, 200)
})
