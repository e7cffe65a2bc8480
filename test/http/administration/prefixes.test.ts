import t from 'tap'
import { jsonOf } from '../../support/http.ts'
import { startHttps, STRANGER, userOf } from '../../support/https.ts'

const { secure, putJson } = await startHttps(t)
const homed = async (): Promise<unknown> => jsonOf(await secure('/api/prefixes'))['prefixes']

t.test('prefixes are homed and unhomed', async (t) => {
  const before = await homed() as string[]
  t.match(before, ['0.NA/0.NA', '0.NA/88', '0.NA/88.118.8'])
  t.equal((await putJson('/api/handles/88.118.9/A', [])).status, 400, 'not here yet')
  const added = await secure('/api/prefixes/0.NA/88.118.9', { method: 'POST' })
  t.equal(added.status, 200)
  t.equal(added.text, '{"responseCode":1,"handle":"0.NA/88.118.9"}')
  t.same(await homed(), [...before, '0.NA/88.118.9'])
  t.equal((await putJson('/api/handles/88.118.9/A', [])).status, 201)
  const removed = await secure('/api/prefixes/0.na%2F88.118.9', { method: 'DELETE' })
  t.equal(removed.status, 200)
  t.same(await homed(), before)
  t.match(jsonOf(await secure('/api/handles/88.118.9/A', { as: null })), { responseCode: 301 })
})

t.test('only by those who administer the node, and only what is a prefix', async (t) => {
  const before = await homed()
  t.equal((await secure('/api/prefixes/0.NA/88.7', { method: 'POST', as: null })).status, 401)
  const stranger = await secure('/api/prefixes/0.NA/88.7', { method: 'POST', as: userOf(STRANGER) })
  t.equal(stranger.status, 403)
  t.match(jsonOf(stranger), { responseCode: 400 })
  for (const name of ['', '0.NA/', '%00', '88/x', '88%2Fx', '0.NA/88/x', '/88', '0.NA//']) {
    for (const method of ['POST', 'DELETE'] as const) {
      const answer = await secure(`/api/prefixes/${name}`, { method })
      t.equal(answer.status, 400, `${method} ${name}`)
      t.match(jsonOf(answer), { responseCode: 102 }, `${method} ${name}`)
    }
  }
  t.same(await homed(), before)
})
