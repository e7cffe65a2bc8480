import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { createValue } from '../../src/record/value.ts'
import { jsonOf, startHttp } from '../support/http.ts'
import { siteValue, startAuthority, startHierarchy } from '../support/hierarchy.ts'

const api = '/api/handles/'

t.test('where else to ask, and nothing of it for who must not be referred', async (t) => {
  const { ask, put, counted } = await startHttp(t)
  put('0.NA/88.118', [
    createValue(1, 'HS_SITE', 'own'), createValue(2, 'HS_SITE.PREFIX', 'derived'),
  ])
  put('0.NA/88.119', [createValue(1, 'HS_SERV', '88.119/SERVICE')])
  const derived = { index: 2, type: 'HS_SITE.PREFIX' }
  const cases: [name: string, body: object][] = [
    ['0.NA/88.118.9', { responseCode: 303, handle: '0.NA/88.118.9', values: [derived] }],
    ['88.118.9/P1', { responseCode: 303, handle: '88.118.9/P1', values: [derived] }],
    ['88.119/P1', { responseCode: 302, handle: '88.119/P1', service: '88.119/SERVICE' }],
  ]
  for (const [name, body] of cases) {
    for (const terms of ['', '?doNotRefer=false', '?type=URL']) {
      const answer = await ask(`${api}${name}${terms}`)
      t.equal(answer.status, 300, `${name}${terms}`)
      t.match(jsonOf(answer), body, `${name}${terms}`)
      t.equal(answer.headers['cache-control'], 'no-store')
    }
    t.equal(counted('http_outcomes_referral_total'), 3)
    for (const terms of ['?doNotRefer', '?doNotRefer=true']) {
      const answer = await ask(`${api}${name}${terms}`)
      t.equal(answer.status, 400, `${name}${terms}`)
      const message = "That prefix doesn't live here"
      t.strictSame(jsonOf(answer), { responseCode: 301, message, handle: name })
    }
    t.equal(counted('http_outcomes_not-homed_total'), 2)
  }
  const here = await ask(`${api}0.NA/88.118?doNotRefer`)
  t.match(jsonOf(here), { responseCode: 1, values: [{}, {}] }, 'what is here is shown')
  const posted = await ask(`${api}88.119/P1`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ doNotRefer: true }),
  })
  t.match(jsonOf(posted), { responseCode: 301 }, 'a body says it as well')
})

t.test('what is shown stale says so, is counted, and is not kept for the hit path', async (t) => {
  const nodes = await startHierarchy()
  t.teardown(() => nodes.stop())
  const { host, port } = nodes.top.address
  const { ask, counted } = await startHttp(t, {
    recursion: {
      roots: [{ host, doors: [{ protocol: 'udp', port }, { protocol: 'tcp', port }] }],
      absentSeconds: 30, staleSeconds: 600, timeoutMs: 4_000, allowPrivate: true,
      signaturesDemanded: false, ca: null,
    },
    rootPrefix: '99.9',
  })
  const { enterprise } = nodes
  // A prefix of its own: the setting has 88.118.8 homed.
  nodes.secondary.store.put('0.NA/88.118.7', [siteValue(enterprise.address)])
  enterprise.store.homed.add('88.118.7')
  enterprise.changed('')
  enterprise.store.put('88.118.7/P1', [
    createValue(1, 'URL', 'https://a.example/', { ttl: 1 }),
  ])
  const paths = [`${api}88.118.7/P1`, '/88.118.7/P1']
  for (const path of paths) {
    const { headers } = await ask(path)
    t.equal(headers['warning'], undefined, `${path}: fresh`)
  }
  t.equal(counted('recursion_stale_total'), 0)
  await enterprise.stop()
  await pause(1_100)
  for (const [count, path] of paths.entries()) {
    const { status, headers } = await ask(path)
    t.equal(status, count === 0 ? 200 : 302)
    t.equal(headers['warning'], '110 - "Response is Stale"', path)
    t.equal(counted('recursion_stale_total'), 1, `${path}: counted`)
  }
  const again = await ask(paths[0] ?? '')
  t.match(again.headers, { warning: /Stale/, 'cache-control': 'max-age=30' })
  t.equal(counted('recursion_stale_total'), 1, 'each of them')
  const metrics = await ask('/metrics')
  t.match(metrics.text, /^suibiao_resolver_stale_answers_total\S* 3$/m)
  const { address } = enterprise
  const back = await startAuthority(['88.118.7'], address.host, address.port)
  t.teardown(() => back.stop())
  back.store.put('88.118.7/P1', [createValue(1, 'URL', 'https://b.example/', { ttl: 600 })])
  let text = ''
  for (let i = 0; i < 60 && !text.includes('b.example'); i++) {
    const answer = await ask(paths[0] ?? '')
    text = answer.text
    const shown = text.includes('a.example') ? '110 - "Response is Stale"' : undefined
    t.equal(answer.headers['warning'], shown, 'marked as long as it is stale, and no longer')
    await pause(100)
  }
  t.match(text, 'b.example', 'fresh again once the node is back')
})
