import t from 'tap'
import { parseOrigin } from '../../src/lib/origin.ts'

t.test('an origin says whether it is encrypted, and whether it stays here', async (t) => {
  const cases: [string, string, boolean, boolean][] = [
    ['http://127.0.0.1:8000', 'http://127.0.0.1:8000', false, true],
    ['http://127.1:80/', 'http://127.0.0.1', false, true],
    ['https://[::1]:8443', 'https://[::1]:8443', true, true],
    ['http://localhost', 'http://localhost', false, true],
    ['https://Node.Example', 'https://node.example', true, false],
    ['http://127.0.0.1.node.example', 'http://127.0.0.1.node.example', false, false],
    ['http://128.0.0.1', 'http://128.0.0.1', false, false],
    ['http://localhost.node.example', 'http://localhost.node.example', false, false],
  ]
  for (const [text, origin, secure, local] of cases) {
    t.same(parseOrigin(text), { origin, secure, local }, text)
  }
})

t.test('what has more than host and port is none', async (t) => {
  const others = [
    '', 'node.example', '127.0.0.1:8000', 'ftp://node.example', 'https://', 'file:///a',
    'https://a@node.example', 'https://:b@node.example', 'https://node.example/v1',
    'https://node.example/?a', 'https://node.example/#a',
  ]
  for (const text of others) t.equal(parseOrigin(text), undefined, text)
})
