import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runProgram } from '../../src/cli/program.ts'
import { formatHostPort } from '../../src/lib/host-port.ts'
import { startProcess } from './node-process.ts'
import { type Ended, run } from './run.ts'
import { recordTerminal } from './terminal.ts'

t.setTimeout(120_000)

const admin = (handle: string, index: number) => ({
  index: 100, type: 'HS_ADMIN',
  data: { format: 'admin', value: { handle, index, permissions: '111111111111' } },
})

/** A node with a prefix and an administrator who has a secret (301) and a key (300). */
async function start(t: Test) {
  const folder = t.testdir({ secret: 'guarded', wrong: 'guessed' })
  const at = (name: string): string => join(folder, name)
  await cli(['key', 'make', '--private', at('privkey.bin'), '--public', at('pubkey.bin')])
  const publicKey = readFileSync(at('pubkey.bin')).toString('base64')
  const lines = [
    { handle: '0.NA/88', values: [
      admin('0.NA/88', 0),
      { index: 300, type: 'HS_PUBKEY', data: { format: 'base64', value: publicKey } },
      { index: 301, type: 'HS_SECKEY', data: 'guarded', permissions: '1100' },
    ] },
    { handle: '0.NA/88.1', values: [admin('0.NA/88', 0)] },
    { handle: '88.1/FIRST', values: [{ index: 1, type: 'URL', data: 'https://node.example' }] },
  ]
  const data = ['--data', at('data')]
  const input = lines.map((line) => JSON.stringify(line)).join('\n')
  t.match(await run(['import', '-', ...data], { input }), { code: exitCodes.ok })
  const node = await startProcess(t, [
    ...data, '--workers', '1', '--native', '127.0.0.1:0', '--http', '127.0.0.1:0',
  ], { env: { SUIBIAO_ADMINISTRATORS: '300:0.NA/88,301:0.NA/88' } })
  const server = ['--server', formatHostPort(node.native)]
  const secret = [...server, '--auth', '301:0.NA/88', '--secret-file', at('secret')]
  const key = [...server, '--auth', '300:0.NA/88', '--key', at('privkey.bin')]
  return { node, at, data, server, secret, key }
}

/** Runs a command in this process, which is as good against a node and much sooner done. */
async function cli(args: readonly string[]) {
  const terminal = recordTerminal()
  const code = await runProgram(args, terminal)
  return { code, ...terminal.written() }
}

const done = (output: string): Partial<Ended> => ({ code: exitCodes.ok, output, messages: '' })

t.test('a record from its creation to its end', async (t) => {
  const { at, data, server, secret, key } = await start(t)
  const value = ['--value', '1 URL 86400 1110 https://a.example', '--admin', '301:0.NA/88']
  t.match(await run(['create', '88.1/a', ...value, ...secret]), done('created 88.1/a\n'))
  t.match(await cli(['create', '88.1/a', ...value, ...secret]), {
    code: exitCodes.failure, messages: /^suibiao: 88\.1\/a exists already; [^\n]*\n$/,
  })
  const email = ['--value', '2 EMAIL 86400 1110 ops@a.example']
  t.match(await cli(['add', '88.1/a', ...email, ...key]), done('added 1 value to 88.1/a\n'))
  t.match(await cli(['modify', '88.1/a', '--value', '2 EMAIL 60 1110 b@a.example', ...key,
    '--no-session']), done('modified 1 value of 88.1/a\n'))
  const shown = await cli(['resolve', '88.1/a', '--json', '--tcp', ...server])
  t.match(JSON.parse(shown.output).values, [
    { index: 1, data: { value: 'https://a.example' } },
    { index: 100, type: 'HS_ADMIN' },
    { index: 2, ttl: 60, data: { value: 'b@a.example' } },
  ])
  t.match(await cli(['list', '88.1', ...secret]), done('88.1/A\n88.1/FIRST\n'))
  t.match(await cli(['remove', '88.1/a', '2', '3', ...secret]), {
    code: exitCodes.notFound, messages: /has no such value/,
  })
  t.match(await cli(['remove', '88.1/a', '2', ...secret]), done('removed 1 value of 88.1/a\n'))
  const wrong = [...server, '--auth', '301:0.NA/88', '--secret-file', at('wrong')]
  t.match(await cli(['delete', '88.1/a', ...wrong]), {
    code: exitCodes.unknown, messages: /the key or secret is not the right one/,
  })
  t.match(await run(['delete', '88.1/a', ...server], { cwd: at('.') }), {
    code: exitCodes.unknown, messages: /say who you are with --auth/,
  })
  t.match(await cli(['delete', '88.1/a', ...key]), done('deleted 88.1/a\n'))
  t.match(await cli(['home', '88.2', ...key]), done('homed 88.2\n'))
  t.match(await cli(['list', ...key]), { code: exitCodes.ok, output: /0\.NA\/88\.2\n/ })
  t.match(await cli(['unhome', '88.2', ...key]), done('unhomed 88.2\n'))
  t.match(await cli(['verify', ...data]), { code: exitCodes.ok, output: /changes are sound/ })
})

t.test('a batch file, and who wrote what', async (t) => {
  const { at, secret, data } = await start(t)
  const records = Array.from({ length: 300 }, (_unused, i) =>
    `CREATE 88.1/${i}\n1 URL 86400 1110 UTF8 https://a.example/${i}\n`
    + '100 HS_ADMIN 86400 1110 ADMIN 301:111111111111:0.NA/88\n')
  writeFileSync(at('batch'), [
    ...records, 'CREATE 88.1/7\n1 URL 86400 1110 UTF8 again\n', 'DELETE 88.1/8',
    'AUTHENTICATE PUBKEY:300:0.NA/88', at('privkey.bin'), 'REMOVE 1:88.1/9', '',
  ].join('\n'))
  const ended = await run(['batch', at('batch'), at('log'), ...secret])
  t.match(ended, { code: exitCodes.badLines, output: '', messages: '' })
  const log = readFileSync(at('log'), 'utf8')
  t.equal(log.match(/==>SUCCESS/g)?.length, 302)
  t.match(log, /==>FAILURE\[\d+\]: create:88\.1\/7: Error\(101\)/)
  t.match(log, /==>SUCCESS\[\d+\]: remove values:88\.1\/9\n/)
  t.match(log, /Successes\/Total Entries: 302\/303\n/)
  t.match(await cli(['verify', ...data]), { code: exitCodes.ok })
  t.match(await cli(['info', ...data, '--json']), { output: /"records":302/ })
})
