import t from 'tap'
import { createValue } from '../../../src/record/value.ts'
import { startHttp } from '../../support/http.ts'

const { ask, put, counted } = await startHttp(t)
const browser = { 'user-agent': 'Mozilla/5.0', accept: 'text/html,*/*;q=0.8' }

put('88.118.8/P1', [
  createValue(1, 'DESC', '<script>alert("x")</script> & 减速器'),
  createValue(2, 'URL.SPARE', 'https://spare.example/'),
  createValue(3, 'URL', 'https://a.example/p?q=1', { ttl: 600 }),
  createValue(4, 'COST', '9-secret-9', { permissions: 0x0c }),
])
put('88.118.8/P2', [createValue(1, 'URL.SPARE', 'https://spare.example/')])
put('88.118.8/PLAIN', [createValue(1, 'DESC', 'no address')])
put('88.118.8/ALIAS', [
  createValue(1, 'HS_ALIAS', '88.118.8/部件 1'), createValue(2, 'URL', 'https://own.example/'),
])
put('88.118.8/部件 1', [createValue(1, 'URL', 'https://b.example/')])

t.test('an identifier leads to its URL, for as long as its TTL says', async (t) => {
  const { status, headers, text } = await ask('/88.118.8/P1', { headers: browser })
  t.equal(status, 302)
  t.equal(headers['location'], 'https://a.example/p?q=1')
  const seconds = (Date.parse(String(headers['expires'])) - Date.now()) / 1000
  t.ok(seconds > 590 && seconds <= 601, `${seconds} seconds`)
  t.match(text, /<a href="https:\/\/a\.example\/p\?q=1">/)
  t.equal((await ask('/88.118.8%2Fp1')).headers['location'], 'https://a.example/p?q=1')
  t.equal((await ask('/88.118.8/P2')).headers['location'], 'https://spare.example/')
  t.ok(counted('http_proxy_requests_total') >= 3)
})

t.test('forms that people write before a name are taken off', async (t) => {
  for (const path of [
    '/hdl:88.118.8/P1', '/HDL:88.118.8/P1', '/doi:88.118.8/P1', '/info:hdl/88.118.8/P1',
    '/urn:hdl:88.118.8:P1', '/https://hdl.handle.net/88.118.8/P1', '/%2088.118.8/P1%20',
    '/https%3A%2F%2Fdoi.org%2F88.118.8%2FP1',
  ]) {
    t.equal((await ask(path)).headers['location'], 'https://a.example/p?q=1', path)
  }
})

t.test('the front page asks for a name and leads to it', async (t) => {
  const front = await ask('/')
  t.equal(front.status, 200)
  t.match(front.text, /<form method="get"/)
  const asked = await ask(`/?hdl=${encodeURIComponent(' hdl:88.118.8/部件 1')}`)
  t.equal(asked.status, 302)
  t.equal(asked.headers['location'], '/88.118.8/%E9%83%A8%E4%BB%B6%201')
  const posted = await ask('/', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'hdl=88.118.8%2FP1',
  })
  t.equal(posted.status, 303)
  t.equal(posted.headers['location'], '/88.118.8/P1')
})

t.test('noredirect shows the public values, whatever they say', async (t) => {
  for (const query of ['?noredirect', '?action=showvalues']) {
    const { status, headers, text } = await ask(`/88.118.8/P1${query}`, { headers: browser })
    t.equal(status, 200)
    t.match(headers['content-type'], /^text\/html/)
    t.match(headers['content-security-policy'], /default-src 'none'/)
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.match(text, /&lt;script&gt;alert\(&quot;x&quot;\)&lt;\/script&gt; &amp; 减速器/)
    t.notMatch(text, /<script>/)
    t.match(text, /<a rel="nofollow" href="https:\/\/a\.example\/p\?q=1">/)
    t.notMatch(text, /9-secret-9/)
  }
  const filtered = await ask('/88.118.8/P1?noredirect&type=url&index=oops')
  t.match(filtered.text, /a\.example/)
  t.notMatch(filtered.text, /spare\.example/)
})

t.test('without an address the values are shown', async (t) => {
  const { status, text } = await ask('/88.118.8/PLAIN', { headers: browser })
  t.equal(status, 200)
  t.match(text, /no address/)
})

t.test('a script, a file or a line end is never an address', async (t) => {
  const unsafe = [
    'javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'file:///etc/passwd',
    'vbscript:x', '//no-scheme.example', 'not an address', '', 'blob:https://a.example/1',
    `https://a.example/${'x'.repeat(9000)}`,
  ]
  for (const [i, url] of unsafe.entries()) {
    put(`88.118.8/UNSAFE${i}`, [createValue(1, 'URL', url)])
    const { status, headers, text } = await ask(`/88.118.8/UNSAFE${i}`, { headers: browser })
    t.equal(status, 200, url.slice(0, 40))
    t.equal(headers['location'], undefined)
    t.notMatch(text, /href="(?!\/|https:\/\/hdl)[^"]*(?:javascript|data|vbscript|file|blob):/i)
  }
  put('88.118.8/SPLIT', [createValue(1, 'URL', 'https://a.example/\r\nSet-Cookie: a=b')])
  const split = await ask('/88.118.8/SPLIT')
  t.equal(split.headers['set-cookie'], undefined)
})

t.test('aliases lead to the other name, unless they are to be ignored', async (t) => {
  const followed = await ask('/88.118.8/ALIAS')
  t.equal(followed.status, 301)
  t.equal(followed.headers['location'], '/88.118.8/%E9%83%A8%E4%BB%B6%201')
  t.match(followed.headers['cache-control'], /^max-age=86400$/, 'not for good')
  const next = await ask(String(followed.headers['location']))
  t.equal(next.headers['location'], 'https://b.example/')
  const ignored = await ask('/88.118.8/ALIAS?ignore_aliases')
  t.equal(ignored.headers['location'], 'https://own.example/')
})

t.test('no name can lead out of the node or into a script', async (t) => {
  const targets = [
    '//evil.example/x', '/evil.example', '\\\\evil.example', 'javascript:alert(1)',
    'https://evil.example/', 'hdl://evil.example',
  ]
  for (const [i, target] of targets.entries()) {
    put(`88.118.8/TO${i}`, [createValue(1, 'HS_ALIAS', target)])
    const asked = encodeURIComponent(target)
    const answers = [
      await ask(`/88.118.8/TO${i}`),
      await ask(`/?hdl=${asked}`),
      await ask('/', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `hdl=${asked}`,
      }),
    ]
    for (const { status, headers } of answers) {
      const location = String(headers['location'])
      t.ok([301, 302, 303].includes(status))
      t.equal(new URL(location, 'http://node.example').host, 'node.example', location)
    }
  }
})

t.test('whose language decides is told to those who keep answers', async (t) => {
  put('88.118.8/LANGUAGES', [createValue(1, '10320/loc', `<locations>
    <location href="https://zh.example/" language="zh" />
    <location href="https://en.example/" language="en" /></locations>`)])
  for (const language of ['zh', 'en']) {
    const { headers } = await ask('/88.118.8/LANGUAGES', {
      headers: { ...browser, 'accept-language': language },
    })
    t.equal(headers['location'], `https://${language}.example/`)
    t.match(headers['vary'], /Accept-Language/)
  }
})

t.test('HEAD says what GET would', async (t) => {
  for (const path of ['/88.118.8/P1', '/88.118.8/PLAIN', '/88.118.8/NONE', '/', '/%01']) {
    const [got, head] = [await ask(path), await ask(path, { method: 'HEAD' })]
    t.equal(head.status, got.status, path)
    t.equal(head.text, '', path)
    t.equal(head.headers['content-length'], String(got.bytes.length), path)
    t.equal(head.headers['location'], got.headers['location'], path)
  }
})

t.test('urlappend, redirectionHeaders, action=api', async (t) => {
  const appended = await ask(`/88.118.8/P1?urlappend=${encodeURIComponent('&r=2')}`)
  t.equal(appended.headers['location'], 'https://a.example/p?q=1&r=2')
  const raw = await ask('/88.118.8/P2?urlappend=?s=3')
  t.equal(raw.headers['location'], 'https://spare.example/?s=3', 'a question mark as it is')
  const headersOnly = await ask('/88.118.8/P1?redirectionHeaders')
  t.equal(headersOnly.status, 200)
  t.equal(headersOnly.headers['location'], 'https://a.example/p?q=1')
  const api = await ask('/88.118.8/P1?action=api')
  t.equal(api.status, 302)
  t.equal(api.headers['location'], '/api/handles/88.118.8/P1')
})

t.test('what was not found is a page that says so', async (t) => {
  const cases: [path: string, status: number, text: RegExp, counter: string][] = [
    ['/88.118.8/NONE', 404, /Not found/, 'absent'],
    ['/99.1/X', 400, /Not here/, 'not-homed'],
    ['/88.118.8/P1?type=NONE', 200, /No Values Found/, 'no-values'],
    [`/88.118.8/${encodeURIComponent('<b>')}`, 404, /88\.118\.8\/&lt;b&gt;/, 'absent'],
  ]
  for (const [path, status, text, counter] of cases) {
    counted(`http_outcomes_${counter}_total`)
    const answer = await ask(path, { headers: browser })
    t.equal(answer.status, status, path)
    t.match(answer.headers['content-type'], /^text\/html/)
    t.match(answer.text, text)
    t.notMatch(answer.text, /<b>/)
    t.equal(answer.headers['cache-control'], 'no-store', path)
    t.equal(counted(`http_outcomes_${counter}_total`), 1, `${path}: counted`)
  }
})

t.test('a path that is no name gets a 400', async (t) => {
  for (const path of ['/%01', '/%E9%83', '//x']) {
    t.equal((await ask(path)).status, 400, path)
  }
})

t.test('what browsers and robots ask for by themselves', async (t) => {
  t.equal((await ask('/favicon.ico')).status, 204)
  t.match((await ask('/robots.txt')).text, /User-agent/)
  t.equal((await ask('/help.html')).status, 302)
  const unknown = await ask('/', {
    method: 'POST', headers: { 'content-type': 'application/json' },
  })
  t.ok(unknown.status >= 400 && unknown.status < 500)
})
