import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runProgram } from '../../src/cli/program.ts'
import { formatHostPort } from '../../src/lib/host-port.ts'
import { CODE, OPCODE } from '../../src/wire/layout.ts'
import { type Asked, type Manners, type Reply, startDouble } from '../client/admin/double.ts'
import { hex, loadVectors } from '../wire/vectors.ts'
import { recordTerminal } from './terminal.ts'

const success: Reply = { code: CODE.success, body: { kind: 'empty' } }

/** Fails for names that carry a code: `88.1/code-101`. */
function replyByName({ message: { body, opcode } }: Asked): readonly Reply[] {
  const name = 'handle' in body ? body.handle : ''
  const code = Number(/code-(\d+)/.exec(name)?.[1] ?? CODE.success)
  if (code !== CODE.success) {
    return [{ code, body: { kind: 'error', message: '', indexes: null } }]
  }
  if (opcode === OPCODE.create) return [{ code, body: { kind: 'name', handle: name } }]
  if (opcode !== OPCODE.listHandles) return [success]
  return [
    { code, body: { kind: 'handles', handles: ['88.1/A'] }, more: true },
    { code, body: { kind: 'handles', handles: ['88.1/B'] } },
  ]
}

async function start(
  t: Test,
  manners: Manners = { reply: replyByName },
  files: Record<string, string> = {},
) {
  const double = await startDouble(manners)
  t.teardown(() => double.stop())
  const folder = t.testdir({ secret: 'guarded\n', ...files })
  const auth = ['--server', formatHostPort(double.address), '--auth', '301:0.NA/88',
    '--secret-file', join(folder, 'secret')]
  const run = async (...args: string[]) => {
    const terminal = recordTerminal()
    const code = await runProgram([...args, ...auth], terminal)
    return { code, ...terminal.written() }
  }
  return { double, folder, run }
}

const value = ['--value', '1 URL 86400 1110 https://node.example']

t.test('each command and its line', async (t) => {
  const { double, run } = await start(t)
  const cases: [string[], number, string][] = [
    [['create', '88.1/a', ...value, '--admin', '300:0.NA/88'], OPCODE.create, 'created 88.1/a'],
    [['add', '88.1/a', ...value], OPCODE.addValues, 'added 1 value to 88.1/a'],
    [['modify', '88.1/a', ...value], OPCODE.modifyValues, 'modified 1 value of 88.1/a'],
    [['remove', '88.1/a', '1', '2'], OPCODE.removeValues, 'removed 2 values of 88.1/a'],
    [['delete', '88.1/a', '88.1/b'], OPCODE.delete, 'deleted 88.1/a\ndeleted 88.1/b'],
    [['list', '88.1'], OPCODE.listHandles, '88.1/A\n88.1/B'],
    [['home', '0.NA/88.1'], OPCODE.homePrefix, 'homed 88.1'],
    [['unhome', '88.1'], OPCODE.unhomePrefix, 'unhomed 88.1'],
  ]
  for (const [args, opcode, output] of cases) {
    const from = double.asked.length
    const ended = await run(...args)
    t.strictSame(ended, { code: exitCodes.ok, output: `${output}\n`, messages: '' })
    t.ok(double.asked.slice(from).some(({ message }) => message.opcode === opcode))
  }
  const json = await run('create', '88.1/code-101', ...value, '--json')
  t.strictSame(JSON.parse(json.output), { responseCode: 101, handle: '88.1/code-101' })
  const plain = await run('create', '88.1/c', ...value, '--no-session', '--no-keep-connection')
  t.match(plain, { code: exitCodes.ok })
})

t.test('a refusal is one line with advice, and an exit code', async (t) => {
  const { run } = await start(t)
  const cases: [number, number, RegExp][] = [
    [CODE.handleNotFound, exitCodes.notFound, /does not exist; check its spelling/],
    [CODE.handleExists, exitCodes.failure, /exists already; add values to it, or use --overwrite/],
    [CODE.valuesNotFound, exitCodes.notFound, /has no such value/],
    [CODE.invalidAdmin, exitCodes.unknown, /this identity has no right to/],
    [CODE.authenticationFailed, exitCodes.unknown, /the key or secret is not the right one/],
    [CODE.notResponsible, exitCodes.unknown, /is not homed on this server/],
    [CODE.readOnly, exitCodes.unknown, /takes no changes now/],
    [999, exitCodes.failure, /the server answered code 999/],
  ]
  for (const [code, exitCode, expected] of cases) {
    const ended = await run('delete', `88.1/code-${code}`)
    t.equal(ended.code, exitCode, String(code))
    t.match(ended.messages, expected)
    t.match(ended.messages, /^suibiao: [^\n]+; [^\n]+\n$/)
  }
  const refusing = await start(t, { noSessions: true })
  t.match(await refusing.run('delete', '88.1/a'), {
    code: exitCodes.unknown, messages: /opens no session .*; try --no-session/,
  })
  await refusing.double.stop()
  t.match(await refusing.run('delete', '88.1/a'), {
    code: exitCodes.unknown, messages: /can't be reached .*; check --server/,
  })
})

t.test('a wrong command line changes nothing', async (t) => {
  const { double, folder, run } = await start(t)
  const bare = async (...args: string[]) => {
    const terminal = recordTerminal()
    const code = await runProgram(args, terminal)
    return { code, ...terminal.written() }
  }
  const values = join(folder, 'secret')
  const cases: [Promise<{ code: number; messages: string }>, RegExp][] = [
    [run('create', '/a', ...value), /"\/a" is no identifier/],
    [run('create', '88.1/a'), /there are no values; give --value/],
    [run('create', '88.1/a', '--value', '1 URL'), /a value is written INDEX TYPE/],
    [run('create', '88.1/a', '--values', values), /--values: .*correct it/],
    [run('remove', '88.1/a', '0'), /whole number from 1/],
    [run('list', 'a/b'), /"a\/b" is no prefix/],
    [bare('delete', '88.1/a', '--key', 'x'), /need --auth INDEX:HANDLE/],
    [bare('delete', '88.1/a', '--auth', '300:0.NA/88'), /give either --key FILE or --secret-file/],
    [bare('delete', '88.1/a', '--auth', join(folder, 'secret')), /names no administrator/],
    [bare('delete', '88.1/a', '--server', 'x:y', '--auth', '1:a/b', '--secret-file', values),
      /--server: "x:y" is no address/],
  ]
  for (const [running, expected] of cases) {
    const { code, messages } = await running
    t.equal(code, exitCodes.usage, String(expected))
    t.match(messages, expected)
    t.match(messages, /^suibiao: [^\n]+\n$/)
    t.notMatch(messages, /guarded/)
  }
  t.equal(double.asked.length, 0)
})

t.test('an admin.json, with its key beside it or without', async (t) => {
  const [{ files }] = loadVectors('private-keys').keys
  const admin = JSON.stringify({
    handle: '0.NA/88', publicKeyIndex: 300, secretKeyIndex: 301, secret: 'guarded',
    privateKeyFile: 'admin-key.bin',
  })
  const { double, folder } = await start(t, {}, { 'admin.json': admin })
  const run = async () => {
    const terminal = recordTerminal()
    const code = await runProgram(['delete', '88.1/a', '--server', formatHostPort(double.address),
      '--auth', join(folder, 'admin.json')], terminal)
    t.equal(code, exitCodes.ok)
    return double.asked.findLast(({ message }) => message.opcode === OPCODE.answerChallenge)
  }
  t.match((await run())?.message.body, { authType: 'HS_SECKEY', userIndex: 301 })
  writeFileSync(join(folder, 'admin-key.bin'), hex(files[1].hex))
  t.match((await run())?.message.body, { authType: 'HS_PUBKEY', userIndex: 300 })
})

t.test('a batch: its log, in the order of the file', async (t) => {
  const lines = ['CREATE 88.1/a', '1 URL 86400 1110 UTF8 x', '', 'DELETE 88.1/code-100',
    'PUBLISH 88.1/a', 'DELETE 88.1/a', 'HOME 127.0.0.1:1:HTTP', '']
  const { folder, run } = await start(t, { reply: replyByName }, { batch: lines.join('\n') })
  const file = join(folder, 'batch')
  const plain = await run('batch', file)
  t.equal(plain.code, exitCodes.badLines)
  t.match(plain.output, new RegExp([
    '^Start Time: .*', '==>SUCCESS\\[3\\]: create:88.1/a',
    '==>FAILURE\\[4\\]: delete:88.1/code-100: Error\\(100\\)',
    '==>INVALID\\[5\\]: "PUBLISH" is no command', '==>SUCCESS\\[6\\]: delete:88.1/a',
    '==>INVALID\\[7\\]: home: .*', 'Successes/Total Entries: 2/3', 'Batch File Lines: 7',
    'Finish Time: .*', '[\\d.]+ seconds, [\\d.]+ operations/second\n$',
  ].join('\n')))
  const json = await run('batch', file, '--json')
  const parsed = json.output.trim().split('\n').map((line) => JSON.parse(line))
  t.match(parsed, [
    { line: 3, operation: 'create', handle: '88.1/a', result: 'success', responseCode: 1 },
    { result: 'failure', responseCode: 100 }, { result: 'invalid' }, { result: 'success' },
    { result: 'invalid' }, { summary: { total: 3, done: 2, failed: 1, invalid: 2, lines: 7 } },
  ])
  const log = join(folder, 'log')
  t.match(await run('batch', file, log), { output: '', code: exitCodes.badLines })
  t.match(readFileSync(log, 'utf8'), /==>SUCCESS\[3\]: create:88.1\/a\n/)
})

t.test('a batch goes on as somebody else, and waits where it has to', async (t) => {
  const text = [
    ...Array.from({ length: 100 }, (_unused, i) => `CREATE 88.1/${i}\n1 URL 1 1110 UTF8 x\n`),
    'ADD 88.1/99\n2 URL 1 1110 UTF8 y\n', 'DELETE 88.1/99',
    'AUTHENTICATE SECKEY:302:0.NA/88\nother', 'SESSIONSETUP\nUSESESSION:0\n', 'DELETE 88.1/1', '',
  ].join('\n')
  const { double, folder, run } = await start(t, {}, { batch: text })
  const file = join(folder, 'batch')
  t.match(await run('batch', file), { code: exitCodes.ok, output: /Total Entries: 103\/103/ })
  const of99 = double.asked.map(({ message }) => message)
    .filter(({ body }) => 'handle' in body && body.handle === '88.1/99')
  t.strictSame(of99.map(({ opcode }) => opcode), [OPCODE.create, OPCODE.addValues, OPCODE.delete])
  t.match(double.asked.at(-1)?.message.body, { kind: 'challenge-answer', userIndex: 302 })
  t.equal(double.asked.at(-2)?.envelope.sessionId, 0)
})

t.test('a batch stops where its server is lost', async (t) => {
  const batch = 'DELETE 88.1/a\n'.repeat(1_000)
  const { double, folder, run } = await start(t, {}, { batch })
  await double.stop()
  const file = join(folder, 'batch')
  const { code, output, messages } = await run('batch', file)
  t.equal(code, exitCodes.unknown)
  t.match(output, /==>FAILURE\[1\]: delete:88.1\/a: .*can't be reached/)
  t.match(messages, /stopped at line 1; go on from there/)
  t.match(await run('batch', '/nowhere'), { code: exitCodes.failure, messages: /no such file/ })
})
