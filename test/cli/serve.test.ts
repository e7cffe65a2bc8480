import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { generateLines } from '../../seeds/generate.ts'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { formatHostPort } from '../../src/lib/host-port.ts'
import { connectTcp, requestFor, responseCode } from '../support/native.ts'
import { startProcess } from './node-process.ts'
import { run } from './run.ts'

const anyPorts = ['--http', '127.0.0.1:0', '--native', '127.0.0.1:0']

/** A data folder with the first records of the demo registry. */
const demoFolder = async (t: Test): Promise<string> => {
  const data = join(t.testdir(), 'data')
  const input = Buffer.concat([...generateLines({ count: 30, seed: 1 })]).toString()
  const { code } = await run(['import', '-', '--data', data], { input })
  t.equal(code, exitCodes.ok)
  return data
}

t.test('one screen: where it listens, what it holds, three commands that work', async (t) => {
  const data = await demoFolder(t)
  const node = await startProcess(t, ['--data', data, ...anyPorts, '--workers', '1'])
  const lines = node.banner.replace(data, '').split('\n')
  t.ok(lines.length <= 24, 'no more lines than a screen')
  t.same(lines.filter((line) => line.length > 100), [], 'none longer than a screen is wide')
  t.match(node.banner, new RegExp(`native +${formatHostPort(node.native)} `))
  t.match(node.banner, new RegExp(`data +${data}\n`))
  t.match(node.banner, /holds +\d+ records under \d+ prefixes/)
  t.match(node.banner, /FICTIONAL/)
  t.match(node.banner, /threads +1 resolver\n/)
  const commands = node.banner.match(/^ {4}npm run suibiao .*$/gm) ?? []
  t.equal(commands.length, 3)
  for (const command of commands) {
    const { stdout } = await promisify(execFile)('sh', ['-c', command.trim()])
    t.match(stdout, /https:\/\/trace\.example\.cn\/88\.118\.8\/P0001/, command)
  }
  t.notMatch(node.banner, /desk/, 'there is none')
  await node.end('SIGTERM')
})

t.test('a desk is named with the page that describes it', async (t) => {
  const data = await demoFolder(t)
  const node = await startProcess(
    t, ['--data', data, ...anyPorts, '--workers', '0', '--desk', '88', '--http', '0.0.0.0:0'])
  t.ok(node.banner.split('\n').length <= 24, 'still one screen')
  const [, url = ''] = /^ {2}desk +of 88; read and try it at (\S+)$/m.exec(node.banner) ?? []
  const page = await fetch(url)
  t.equal(page.status, 200)
  t.match(await page.text(), /<title>[^]*script/)
  await node.end('SIGTERM')
})

t.test('Ctrl-C drains, closes and says so, in one log line each', async (t) => {
  for (const workers of ['0', '2']) {
    const data = await demoFolder(t)
    const node = await startProcess(t, ['--data', data, ...anyPorts, '--workers', workers])
    const client = await connectTcp(node.native.port)
    client.socket.write(requestFor('88.118.8/P0001'))
    await client.until(1)
    t.same(client.answers.map(responseCode), [1])
    const idle = connect(node.http)
    await once(idle, 'connect')
    const { code, messages } = await node.end('SIGINT')
    t.equal(code, exitCodes.ok)
    await client.closed
    const logged = messages.split('\n').filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line).msg)
    t.same(logged, ['first administrator made', 'started', 'stopped'])
    t.match(messages, /^suibiao: stopping/m)
    t.notOk(existsSync(join(data, 'records.db-wal')), 'nothing is left to be merged')
    t.match(await run(['info', '--data', data]), { code: exitCodes.ok })
  }
})

t.test('a node that was killed leaves a folder that the next one starts on', async (t) => {
  const data = await demoFolder(t)
  const first = await startProcess(t, ['--data', data, ...anyPorts, '--workers', '1'])
  await first.end('SIGKILL')
  const second = await startProcess(t, ['--data', data, ...anyPorts, '--workers', '1'])
  const server = formatHostPort(second.native)
  t.equal((await run(['resolve', '88.118.8/P0001', '--server', server])).code, exitCodes.ok)
  await second.end('SIGTERM')
})

t.test('settings from the environment and from a file, a flag before both', async (t) => {
  const folder = t.testdir({
    'suibiao.toml': 'data = "from-file"\nnative = "[::1]:0"\nhttp = "[::1]:0"\nworkers = 0\n',
  })
  const node = await startProcess(t, ['--http', '127.0.0.1:0'], {
    cwd: folder, env: { SUIBIAO_DATA: './from-environment', SUIBIAO_HTTP: '[::1]:0' },
  })
  t.match(node.banner, /data +\S+\/from-environment\n/, 'the environment before the file')
  t.equal(node.native.host, '::1', 'the file before the defaults')
  t.equal(node.http.host, '127.0.0.1', 'a flag before the environment')
  t.match(node.banner, /threads +one for everything/)
  await node.end('SIGTERM')
})

t.test('what keeps a node from starting is one line, and nothing is damaged', async (t) => {
  const folder = t.testdir({ file: 'x', damaged: { 'records.db': 'nonsense'.repeat(2000) } })
  const data = join(folder, 'data')
  const node = await startProcess(t, ['--data', data, ...anyPorts, '--workers', '1'])
  const taken = (what: 'native' | 'http'): string => formatHostPort(node[what])
  const other = ['--data', join(folder, 'other'), '--workers', '1']
  const cases: [args: string[], code: number, said: RegExp][] = [
    [[...other, ...anyPorts, '--native', taken('native')], exitCodes.failure, /is in use; stop/],
    [[...other, ...anyPorts, '--http', taken('http')], exitCodes.failure, /is in use; stop/],
    [['--data', data, ...anyPorts], exitCodes.failure, /in use by a running node; stop it/],
    [['--data', join(folder, 'file', 'x'), ...anyPorts], exitCodes.failure, /can't be written/],
    [['--data', join(folder, 'damaged'), ...anyPorts], exitCodes.failure, /is damaged/],
    [[...other, '--native', '192.0.2.1:0'], exitCodes.failure, /no address of this machine/],
    [[...other, '--workers', 'x'], exitCodes.usage, /--workers: "x" can't be used/],
  ]
  for (const [args, code, said] of cases) {
    const ended = await run(['serve', ...args])
    t.match(ended, { code, output: '' }, args.join(' '))
    t.match(ended.messages, said)
    t.match(ended.messages, /^suibiao: [^\n]+\n$/, 'one line')
  }
  t.equal(readFileSync(join(folder, 'damaged', 'records.db'), 'utf8'), 'nonsense'.repeat(2000))
  const answer = await run(['resolve', '88.1/x', '--server', taken('native')])
  t.match(answer.messages, /is not answered by/, 'the node that runs was not disturbed')
  await node.end('SIGTERM')
})
