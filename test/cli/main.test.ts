import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { run } from './run.ts'

t.test('the program as a process', async (t) => {
  const help = await run(['resolve', '--help'])
  t.match(help, { code: exitCodes.ok, output: /Usage: suibiao resolve/, messages: '' })
  const wrong = await run(['resolve'])
  t.match(wrong, { code: exitCodes.usage, output: '', messages: /^suibiao: missing .*\n$/ })
})

t.test('settings from the environment and a file are checked alike', async (t) => {
  const folder = t.testdir({ 'suibiao.toml': 'port = 1' })
  const inFile = await run(['serve'], { cwd: folder })
  t.match(inFile, { code: exitCodes.usage, messages: /suibiao\.toml: unknown setting "port"/ })
  const env = { SUIBIAO_NATIVE: 'here' }
  const inEnvironment = await run(['serve', '--data', join(folder, 'data')], { env })
  t.match(inEnvironment, { code: exitCodes.usage, messages: /SUIBIAO_NATIVE: "here"/ })
})

t.test('import, export, info', async (t) => {
  const line = (handle: string): string =>
    JSON.stringify({ handle, values: [{ index: 1, type: 'URL', data: 'https://node.example' }] })
  const folder = t.testdir({ 'good.ndjson': `${line('88.1/a')}\n${line('88.2/b')}\n` })
  const data = ['--data', join(folder, 'data')]
  const empty = await run(['info', ...data])
  t.match(empty, { code: exitCodes.failure, messages: /^suibiao: there are no records in .*\n$/ })
  const good = await run(['import', join(folder, 'good.ndjson'), ...data, '--json'])
  t.match(good, { code: exitCodes.ok, messages: '' })
  t.match(JSON.parse(good.output), { added: 2, bad: 0, prefixesHomed: ['88.1', '88.2'] })
  const input = `${line('88.1/a')}\n${'nonsense\n'.repeat(25)}`
  const bad = await run(['import', '-', ...data], { input })
  t.match(bad, { code: exitCodes.badLines, output: /^26 records read: 0 added, .* 25 refused\n/ })
  t.match(bad.messages, /^suibiao: line 2: no JSON: "nonsense"\n/)
  t.match(bad.messages, /suibiao: and 5 more bad lines\n$/)
  const strict = await run(['import', '-', ...data, '--strict'], { input })
  t.match(strict, { code: exitCodes.badLines, output: /^\d+ records? read: .* 1 refused\n/ })
  t.match(strict.messages, /^suibiao: stopped at line 2: [^\n]*\n$/)
  const output = join(folder, 'out.ndjson')
  t.match(await run(['export', ...data, '--output', output]), { code: exitCodes.ok, output: '' })
  const again = await run(['import', output, ...data])
  t.match(again, { code: exitCodes.ok, output: /2 unchanged, 0 refused/ })
  const part = await run(['export', ...data, '--prefix', '88.2'])
  t.match(JSON.parse(part.output), { handle: '88.2/b' })
  const info = await run(['info', ...data, '--json'])
  t.match(JSON.parse(info.output), { records: 2, prefixes: 2, administrator: null })
})

t.test('verify finds an altered change', async (t) => {
  const line = JSON.stringify({ handle: '88.1/a', values: [{ index: 1, type: 'X', data: 'a' }] })
  const folder = t.testdir()
  const data = ['--data', join(folder, 'data')]
  await run(['import', '-', ...data], { input: line })
  t.match(await run(['verify', ...data]), { code: exitCodes.ok, output: '2 changes are sound\n' })
  const database = new Database(join(folder, 'data', 'records.db'))
  database.exec('DROP TRIGGER changes_are_not_updated')
  database.exec("UPDATE changes SET actor = 'nobody' WHERE number = 2")
  database.close()
  const altered = await run(['verify', ...data, '--json'])
  t.equal(altered.code, exitCodes.failure)
  t.match(JSON.parse(altered.output), { sound: 1, fault: 'change 2 is not what was written' })
  t.match(altered.messages, /^suibiao: change 2 is not what was written; restore [^\n]*\n$/)
})

t.test('secrets are exported only when asked for', async (t) => {
  const values = [
    { index: 1, type: 'URL', data: 'https://node.example' },
    { index: 301, type: 'hs_seckey', data: 'guarded', permissions: '1100' },
  ]
  const folder = t.testdir()
  const data = ['--data', join(folder, 'data')]
  await run(['import', '-', ...data], { input: JSON.stringify({ handle: '88.1/a', values }) })
  const open = await run(['export', ...data])
  t.match(JSON.parse(open.output).values, [{ type: 'URL' }])
  t.notMatch(open.output, /guarded/)
  t.match((await run(['export', ...data, '--secrets'])).output, /guarded/)
})

t.test('what goes wrong with files is one line', async (t) => {
  const folder = t.testdir({ file: '', damaged: { 'records.db': 'nonsense'.repeat(2000) } })
  const cases: [string[], RegExp][] = [
    [['import', join(folder, 'none')], /there is no such file/],
    [['import', folder], /is a folder; name a file/],
    [['import', '-', '--data', join(folder, 'file', 'data')], /can't be written/],
    [['info', '--data', join(folder, 'damaged')], /is damaged/],
    [['import', '-', '--data', join(folder, 'damaged')], /is damaged/],
  ]
  for (const [args, expected] of cases) {
    const { code, messages } = await run(args, { cwd: folder })
    t.equal(code, exitCodes.failure)
    t.match(messages, expected)
    t.match(messages, /^suibiao: [^\n]+\n$/)
  }
})
