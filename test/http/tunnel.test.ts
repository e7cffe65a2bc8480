import t from 'tap'
import { createValue } from '../../src/record/value.ts'
import { startHttp } from '../support/http.ts'
import { requestFor, requestId, responseCode } from '../support/native.ts'

const { ask, put, counted } = await startHttp(t)
const TYPE = 'application/x-hdl-message'
const both = { accept: TYPE, 'content-type': TYPE }
put('88.118.8/P1', [createValue(1, 'URL', 'https://a.example')])

const post = (body: Buffer, headers: Record<string, string> = both, path = '/88.118.8%2FP1') =>
  ask(path, { method: 'POST', headers, body })

t.test('a native message in a body, its answer with a length and not chunked', async (t) => {
  const answer = await post(requestFor('88.118.8/P1', { requestId: 77 }))
  t.equal(answer.status, 200)
  t.equal(answer.headers['content-type'], TYPE)
  t.equal(answer.headers['content-length'], String(answer.bytes.length))
  t.equal(answer.headers['transfer-encoding'], undefined)
  t.equal(responseCode(answer.bytes), 1)
  t.equal(requestId(answer.bytes), 77)
  t.equal(answer.bytes.readInt32BE(16), answer.bytes.length - 20)
  t.equal(counted('http_tunnel_requests_total'), 1)
})

t.test('on any path, in any case of the type', async (t) => {
  const message = requestFor('88.118.8/NONE')
  for (const path of ['/', '/99.1/other', '/88.118.8/NONE']) {
    t.equal(responseCode((await post(message, both, path)).bytes), 100, path)
  }
  const mixed = {
    accept: 'text/html, Application/X-HDL-Message;q=0.9',
    'content-type': 'APPLICATION/x-hdl-message',
  }
  t.equal(responseCode((await post(message, mixed)).bytes), 100)
})

t.test('one CR or LF before the message is skipped, no more', async (t) => {
  const message = requestFor('88.118.8/P1')
  for (const before of ['\r', '\n']) {
    const answer = await post(Buffer.concat([Buffer.from(before), message]))
    t.equal(responseCode(answer.bytes), 1, JSON.stringify(before))
  }
  const two = await post(Buffer.concat([Buffer.from('\r\n'), message]))
  t.not(two.bytes.length > 40 ? responseCode(two.bytes) : 0, 1)
})

t.test('both headers must say so; with one it is no message', async (t) => {
  counted('http_tunnel_requests_total')
  const message = requestFor('88.118.8/P1')
  for (const headers of [
    { 'content-type': TYPE }, { 'content-type': TYPE, accept: '*/*' },
    { accept: TYPE, 'content-type': 'application/octet-stream' },
  ]) {
    const answer = await post(message, headers)
    t.ok(answer.status >= 400 && answer.status < 500, JSON.stringify(headers))
    t.not(answer.headers['content-type'], TYPE)
  }
  t.equal(counted('http_tunnel_requests_total'), 0)
})

t.test('errors of the protocol come as messages, silence as a 400', async (t) => {
  const broken = requestFor('88.118.8/P1')
  broken.writeInt32BE(0x7fffffff, 44)
  const answer = await post(broken)
  t.equal(answer.status, 200)
  t.equal(responseCode(answer.bytes), 2)
  counted('http_refused_bad-request_total')
  for (const silent of [Buffer.alloc(0), Buffer.from('x'), requestFor('x', { responseCode: 1 })]) {
    t.equal((await post(silent)).status, 400)
  }
  t.equal(counted('http_refused_bad-request_total'), 3)
})
