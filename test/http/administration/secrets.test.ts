import { Writable } from 'node:stream'
import { pino } from 'pino'
import t from 'tap'
import { jsonOf } from '../../support/http.ts'
import { ADMIN, basic, startHttps, userOf } from '../../support/https.ts'

let log = ''
const sink = new Writable({ write: (chunk, _encoding, done) => { log += String(chunk); done() } })
const logger = pino({ level: 'trace' }, sink)
const { ask, secure, putJson, node } = await startHttps(t, {}, logger)
const guessed = 'a-guessed-secret'
/** Everything that must not be seen again, as it is and as it is sent. */
const secrets = [ADMIN.secret, guessed].flatMap((secret) => [
  secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').slice(0, -4),
  basic(userOf({ ...ADMIN, secret })),
])

t.test('no secret comes back in an answer, a metric or the log', async (t) => {
  const path = '/api/handles/88.118.8/A'
  const wrong = userOf({ ...ADMIN, secret: guessed })
  const headers = { authorization: basic(wrong) }
  const { sessionId } = jsonOf(await secure('/api/sessions', { method: 'POST', as: null }))
  const answers = [
    await putJson(path, [], { as: wrong }),
    await putJson(path, `{"values":"${guessed}`, { as: wrong }),
    await putJson(path, [{ index: 1, type: 'HS_SECKEY', data: { format: 'hex', value: guessed } }]),
    await ask(path, { headers }),
    await ask(path, { method: 'PUT', headers, body: guessed }),
    await secure(`/api/nothing`, { as: wrong }),
    await secure('/api/sessions/this', {
      method: 'PUT', as: null,
      headers: { authorization: `Handle sessionId="${String(sessionId)}", signature="${guessed}"` },
    }),
    await secure('/api/sessions/this', {
      method: 'PUT', as: null, headers: { authorization: `Handle signature="${guessed}` },
    }),
    await secure(path), await secure('/api/prefixes', { as: wrong }),
    await ask('/metrics'), await ask('/readyz'),
  ]
  await node.stop()
  t.match(log, /stopped/, 'the log was listened to')
  for (const [i, { text, headers: sent }] of answers.entries()) {
    const seen = `${text} ${JSON.stringify(sent)}`
    for (const secret of secrets) t.notOk(seen.includes(secret), `answer ${i}`)
  }
  for (const secret of secrets) t.notOk(log.includes(secret))
})
