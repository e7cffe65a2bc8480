import t from 'tap'
import { type BatchEntry, BatchParser } from '../../src/cli/batch/parser.ts'

function parse(text: string): BatchEntry[] {
  const parser = new BatchParser()
  const entries = text.split('\n').map((line) => parser.push(line))
  return [...entries, parser.end()].filter((entry) => entry !== undefined)
}

t.test('every command', async (t) => {
  const entries = parse(`AUTHENTICATE SECKEY:301:0.NA/88
guarded

authenticate pubkey:300:0.NA/88
/keys/privkey.bin | open sesame
CREATE 88.1/a
1 URL 86400 1110 UTF8 https://node.example
100 HS_ADMIN 86400 1110 ADMIN 300:111111111111:0.NA/88

ADD 88.1/a
2 EMAIL 86400 1110 UTF8 ops@node.example

MODIFY 88.1/a
2 EMAIL 86400 1110 UTF8 other@node.example

REMOVE 1,2:88.1/a
DELETE 88.1/a b
HOME 127.0.0.1:2641:TCP
0.NA/88.1
0.na/88.2

UNHOME [::1]:2641:UDP
0.NA/88.1

SESSIONSETUP
USESESSION:0
OPTIONS:11
TIMEOUT:24

CREATE 88.1/last
1 URL 86400 1110 UTF8 x`)
  t.match(entries, [
    { kind: 'authenticate', line: 2, identity: { handle: '0.NA/88', index: 301 },
      proof: { kind: 'secret', secret: 'guarded' } },
    { kind: 'authenticate', line: 5, identity: { index: 300 },
      proof: { kind: 'key', path: '/keys/privkey.bin', passphrase: 'open sesame' } },
    { kind: 'command', line: 9, operation: 'create', name: '88.1/a',
      command: { kind: 'create', values: [{ type: 'URL' }, { type: 'HS_ADMIN' }] } },
    { line: 12, operation: 'add values', command: { kind: 'add', overwrite: false } },
    { line: 15, operation: 'modify values', command: { kind: 'modify' } },
    { line: 16, operation: 'remove values', command: { kind: 'remove', indexes: [1, 2] } },
    { line: 17, operation: 'delete', name: '88.1/a b' },
    { line: 19, operation: 'home/unhome', command: { kind: 'home', prefix: '88.1' },
      server: { host: '127.0.0.1', port: 2641 } },
    { line: 20, command: { prefix: '88.2' } },
    { line: 23, command: { kind: 'unhome', prefix: '88.1' }, server: { host: '::1' } },
    { kind: 'session', line: 29, use: false },
    { line: 31, name: '88.1/last' },
  ])
  t.equal(entries.length, 12)
})

t.test('what can not be understood is told, and the rest goes on', async (t) => {
  const cases: [string, number, RegExp, boolean][] = [
    ['PUBLISH a/b', 1, /"PUBLISH" is no command/, false],
    ['CREATE\n1 URL 1 1110 UTF8 x\n', 3, /"" is no identifier/, true],
    ['CREATE a/b\n', 2, /a\/b: there are no values/, true],
    ['CREATE a/b\n1 URL x\n2 URL 1 1110 UTF8 y\n', 4, /line 2: a value is written/, true],
    ['CREATE a/b\n1 URL 1 1110 FILE /nowhere\n', 3, /ENOENT/, true],
    ['REMOVE a/b', 1, /write INDEX,INDEX:IDENTIFIER/, true],
    ['REMOVE 1,x:a/b', 1, /"x": an index is a whole number/, true],
    ['DELETE', 1, /delete: "" is no identifier/, true],
    ['HOME here:TCP\n0.NA/1\n', 1, /is no ADDRESS:PORT:TCP/, false],
    ['HOME 127.0.0.1:1:HTTP\n0.NA/1\n', 1, /is no ADDRESS:PORT:TCP/, false],
    ['HOME 127.0.0.1:1:TCP\n88.1\n', 2, /"88.1" is no 0.NA\/PREFIX/, true],
    ['AUTHENTICATE KEY:1:a/b\nsecret\n', 1, /write SECKEY:INDEX/, false],
    ['AUTHENTICATE SECKEY:x:a/b\nsecret\n', 1, /write SECKEY:INDEX/, false],
    ['AUTHENTICATE SECKEY:1:a/b\n', 2, /line after AUTHENTICATE is missing/, false],
    ['SESSIONSETUP\nCOLOUR:red\n', 3, /"COLOUR" is no setting/, false],
  ]
  for (const [text, line, message, counts] of cases) {
    const entries = parse(`${text}\nDELETE 88.1/next`)
    t.match(entries, [{ kind: 'invalid', line, message, counts }, { name: '88.1/next' }], text)
    t.equal(entries.length, 2, text)
    t.notMatch(JSON.stringify(entries), /secret/)
  }
})
