import { spawnSync } from 'node:child_process'
import t from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runProgram } from '../../src/cli/program.ts'
import { recordTerminal } from './terminal.ts'

/** Runs the program in this process. */
async function run(args: readonly string[]) {
  const terminal = recordTerminal()
  const code = await runProgram(args, terminal)
  return { code, ...terminal.written() }
}

const commands = [
  'serve', 'resolve', 'import', 'export', 'info', 'verify', 'create', 'add', 'modify', 'remove',
  'delete', 'list', 'home', 'unhome', 'batch', 'key',
  'org', 'apply', 'review', 'prefix', 'route', 'template', 'register', 'apikey',
]
const inner = [
  ...['make', 'show', 'convert'].map((name) => ['key', name]),
  ...['list', 'show', 'create', 'change', 'join'].map((name) => ['org', name]),
  ...['new', 'mend', 'withdraw', 'list', 'show', 'journal'].map((name) => ['apply', name]),
  ...['list', 'approve', 'reject'].map((name) => ['review', name]),
  ...['list', 'show', 'suspend', 'resume', 'request-deletion', 'cancel-deletion', 'delete', 'key',
    'hosting', 'reports', 'outbox'].map((name) => ['prefix', name]),
  ...['show', 'set'].map((name) => ['route', name]),
  ...['list', 'show', 'create', 'change', 'publish', 'withdraw', 'delete'].map((name) =>
    ['template', name]),
  ...['create', 'list', 'revoke'].map((name) => ['apikey', name]),
]

t.test('help is everywhere, with examples and exit codes', async (t) => {
  const all = [[], ...commands.map((name) => [name]), ...inner]
  for (const args of all.map((names) => [...names, '--help'])) {
    const { code, output, messages } = await run(args)
    t.equal(code, exitCodes.ok, args.join(' '))
    t.match(output, /Usage: suibiao/)
    t.match(output, /Examples:\n {2}suibiao/)
    t.match(output, /Exit codes:\n {2}0 {2}done/)
    t.equal(messages, '')
    t.ok(output.split('\n').every((line) => line.length <= 100), 'no line over 100 columns')
  }
  const { output } = await run(['--help'])
  for (const name of commands) {
    const [, does = ''] = new RegExp(`^ {2}${name} +(.+)$`, 'm').exec(output) ?? []
    t.match((await run([name, '--help'])).output, new RegExp(`\n\n${does}`), does)
  }
})

t.test('help of a command within a command', async (t) => {
  t.same(await run(['help', 'org', 'join']), await run(['org', 'join', '--help']))
  t.same(await run(['help', 'org']), await run(['org', '--help']))
  t.match(await run(['help', 'org', 'jion']), { output: /^Usage: suibiao org / })
})

t.test('a command loads its own file, help and version none', async (t) => {
  const loads = (...args: string[]) => {
    const script = `
      import { registerHooks } from 'node:module'
      registerHooks({ load(url, context, next) {
        if (url.includes('/cli/commands/')) console.error(url.split('/').at(-1))
        return next(url, context)
      } })
      const { runProgram } = await import('./src/cli/program.ts')
      await runProgram(${JSON.stringify(args)})`
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script])
    return stderr.toString()
  }
  t.equal(loads('--version'), '')
  t.equal(loads('--help'), '')
  t.equal(loads('help', 'verify'), 'verify.ts\n')
  t.equal(loads('verify', '--help'), 'verify.ts\n')
})

t.test('the version', async (t) => {
  t.match(await run(['--version']), { code: exitCodes.ok, output: /^\d+\.\d+\.\d+\n$/ })
})

t.test('a wrong command line is one line and exit code 2', async (t) => {
  const cases: [string[], RegExp][] = [
    [['server'], /unknown command 'server'.*Did you mean serve/],
    [['serve', '--prot', '1'], /unknown option '--prot'/],
    [['resolve'], /missing required argument 'identifier'/],
    [['resolve', 'a/b', '--udp', '--tcp'], /'--udp' cannot be used with option '--tcp'/],
    [['resolve', 'a/b', '--index', '0'], /whole number from 1 to/],
    [['resolve', 'a/b', '--timeout', 'x'], /whole number from 1 to 600000/],
    [['resolve', 'a/b', '--server', 'x:99999'], /--server: "x:99999" is no address/],
    [['resolve', '/b'], /"\/b" is no identifier/],
    [['resolve', 'a/\u0007b'], /"a\/\\u0007b" is no identifier/],
    [['import'], /missing required argument 'file'/],
    [['serve', '--workers', 'many'], /--workers: "many" can't be used/],
    [['serve', '--http', '8000'], /--http: "8000" can't be used/],
    [['info', '--config', '/nowhere.toml'], /\/nowhere\.toml: there is no such file/],
  ]
  for (const [args, expected] of cases) {
    const { code, output, messages } = await run(args)
    t.equal(code, exitCodes.usage, args.join(' '))
    t.match(messages, expected)
    t.match(messages, /^suibiao: [^\n]+\n$/, 'one line')
    t.equal(output, '')
  }
  const bare = await run([])
  t.equal(bare.code, exitCodes.usage)
  t.match(bare.messages, /Usage: suibiao/)
})
