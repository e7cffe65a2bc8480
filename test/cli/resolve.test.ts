import t from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runProgram } from '../../src/cli/program.ts'
import { formatHostPort, type HostPort } from '../../src/lib/host-port.ts'
import { createValue } from '../../src/record/value.ts'
import { type HttpSetting, startHttp } from '../support/http.ts'
import { run } from './run.ts'
import { recordTerminal } from './terminal.ts'

/** How each door of a node is asked. */
const doorsOf = (native: HostPort, http: HostPort): [name: string, flags: string[]][] => [
  ['UDP', ['--server', formatHostPort(native)]],
  ['TCP', ['--tcp', '--server', formatHostPort(native)]],
  ['HTTP', ['--http', '--server', formatHostPort(http)]],
]

const fill = ({ put }: HttpSetting): void => {
  put('88.118.8/P1', [
    createValue(1, 'URL', 'https://a.example'),
    createValue(2, 'PRODUCT.NAME', '减速器'),
    createValue(3, 'COST', '9', { permissions: 0x0c }),
  ])
  put('88.118.8/LONG', [createValue(1, 'DESC', 'x'.repeat(20_000))])
}

/** Runs the command in this process. */
const ask = async (...args: string[]) => {
  const terminal = recordTerminal()
  const code = await runProgram(['resolve', ...args], terminal)
  return { code, ...terminal.written() }
}

t.test('as a process, over every door', async (t) => {
  const setting = await startHttp(t)
  fill(setting)
  for (const [name, flags] of doorsOf(setting.node.nativeAddress, setting.node.httpAddress)) {
    const { code, output, messages } = await run(['resolve', '88.118.8/p1', ...flags])
    t.equal(code, exitCodes.ok, name)
    t.equal(messages, '', name)
    t.match(output, new RegExp(`^88\\.118\\.8/p1 · 2 values from 127.* by ${name}\n`))
    t.match(output, /https:\/\/a\.example/)
    t.match(output, /减速器/)
  }
})

for (const host of ['127.0.0.1', '::1']) {
  t.test(`what is found and what the exit code says, over every door at ${host}`, async (t) => {
    const any = { host, port: 0 }
    const setting = await startHttp(t, { native: any, http: any })
    fill(setting)
    const cases: [args: string[], code: number, said: RegExp, shown: RegExp][] = [
      [['88.118.8/P1', '--type', 'url'], exitCodes.ok, /^$/, / · 1 value from/],
      [['88.118.8/P1', '--type', 'PRODUCT.'], exitCodes.ok, /^$/, /减速器/],
      [['88.118.8/P1', '--index', '1', '--type', 'PRODUCT.NAME'], exitCodes.ok, /^$/, /2 values/],
      [['88.118.8/P1', '--type', 'NONE'], exitCodes.notFound, /none of what was asked/, /^$/],
      [['88.118.8/NONE'], exitCodes.notFound, /does not exist/, /^$/],
      [['99.1/X'], exitCodes.unknown, /is not answered by/, /^$/],
    ]
    const doors = doorsOf(setting.node.nativeAddress, setting.node.httpAddress)
    for (const [name, flags] of doors) {
      for (const [args, code, said, shown] of cases) {
        const ended = await ask(...args, ...flags)
        const what = `${name} ${args.join(' ')}`
        t.equal(ended.code, code, what)
        t.match(ended.messages, said, what)
        t.match(ended.output, shown, what)
      }
      const long = await ask('88.118.8/LONG', '--json', ...flags)
      t.equal(JSON.parse(long.output).values[0].data.value.length, 20_000, `${name}: long`)
      const two = await ask('88.118.8/P1', '88.118.8/NONE', '--json', ...flags)
      t.equal(two.code, exitCodes.notFound, `${name}: the worst of both`)
      const lines = two.output.trimEnd().split('\n').map((line) => JSON.parse(line))
      t.match(lines, [
        { handle: '88.118.8/P1', outcome: 'found', values: [{ index: 1 }, { index: 2 }] },
        { handle: '88.118.8/NONE', outcome: 'absent' },
      ])
    }
    await setting.node.stop()
    for (const [name, flags] of doors) {
      const gone = await ask('88.118.8/P1', ...flags, '--timeout', '300')
      t.equal(gone.code, exitCodes.unknown, `${name}: nobody answers`)
      t.match(gone.messages, /^suibiao: 88\.118\.8\/P1 could not be found out: [^\n]+\n$/)
    }
  })
}
