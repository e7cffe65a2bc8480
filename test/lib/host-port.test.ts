import t from 'tap'
import { formatHostPort, parseHostPort } from '../../src/lib/host-port.ts'

t.test('what is read', async (t) => {
  const cases: [string, number | undefined, string, number][] = [
    ['127.0.0.1:2641', undefined, '127.0.0.1', 2641],
    ['[::1]:2641', undefined, '::1', 2641],
    ['[fe80::1%lo]:80', undefined, 'fe80::1%lo', 80],
    ['node.example:0', undefined, 'node.example', 0],
    ['localhost:65535', undefined, 'localhost', 65535],
    ['localhost', 8000, 'localhost', 8000],
    ['::1', 8000, '::1', 8000],
    ['[::1]', 8000, '::1', 8000],
    ['0.0.0.0:1', 8000, '0.0.0.0', 1],
  ]
  for (const [text, portDefault, host, port] of cases) {
    t.strictSame(parseHostPort(text, portDefault), { host, port }, text)
  }
})

t.test('what is refused', async (t) => {
  const texts = [
    '', ':', ':80', 'localhost', '::1', '[::1]', '[::1', '[127.0.0.1]:80', '[]:80', '[::1]:',
    'localhost:', 'localhost:65536', 'localhost:-1', 'localhost:1e3', 'localhost: 80',
    '999.1.1.1:80', '1.2.3:80', 'a b:80', 'http://a:80', '-a:80', 'a..b:80', '::1::2:80x',
    '1:2:3:80', '[::1]:80:90', '[::1]x:80',
  ]
  for (const text of texts) t.equal(parseHostPort(text), undefined, JSON.stringify(text))
})

t.test('formatted text reads back', async (t) => {
  for (const text of ['[::1]:2641', '127.0.0.1:80', 'node.example:0']) {
    const parsed = parseHostPort(text)
    t.ok(parsed)
    if (parsed !== undefined) t.equal(formatHostPort(parsed), text)
  }
})
