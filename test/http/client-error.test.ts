import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { startHttp } from '../support/http.ts'

const { node, ask, counted } = await startHttp(t)

/** Sends bytes as they are and gathers what comes back until the connection ends. */
const sendRaw = async (bytes: string): Promise<string> => {
  const socket = connect(node.httpAddress)
  socket.on('error', () => undefined)
  let text = ''
  socket.on('data', (chunk: Buffer) => { text += chunk.toString('utf8') })
  socket.write(bytes)
  // Not `once`: that rejects when the rest of a long request meets a closed connection.
  await new Promise((resolve) => { socket.on('close', resolve) })
  return text
}
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

t.test('what is no HTTP request is told so, counted, and the connection ends', async (t) => {
  const cases: [bytes: string, status: number, message: RegExp][] = [
    ['\u0002\u000b\u0002\u000b\r\n\r\n', 400, /"message":"That is no HTTP request"/],
    ['GET /\r\nbroken\r\n\r\n', 400, /"message":"That is no HTTP request"/],
    [get('/api/handles/88.118.8/部件'), 400, /percent-encode what is not ASCII/],
    [get(`/api/handles/88.118.8/${'x'.repeat(20_000)}`), 431, /too long/],
  ]
  for (const [bytes, status, message] of cases) {
    counted('http_refused_bad-request_total')
    const answer = await sendRaw(bytes)
    const what = JSON.stringify(bytes.slice(0, 30))
    t.match(answer, new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`), what)
    t.match(answer, /"responseCode":4/, what)
    t.match(answer, message, what)
    t.equal(counted('http_refused_bad-request_total'), 1, `${what}: counted`)
  }
})

t.test('one who goes away in the middle is not counted, and the door stays open', async (t) => {
  counted('http_refused_bad-request_total')
  const socket = connect(node.httpAddress)
  socket.write('GET /healthz HTTP/1.1\r\nHo')
  await once(socket, 'connect')
  socket.resetAndDestroy()
  await once(socket, 'close')
  t.equal((await ask('/healthz')).status, 200)
  t.equal(counted('http_refused_bad-request_total'), 0)
})
