import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import t from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.ts'

const execute = promisify(execFile)
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}
/** Every script of the project's own, and the file that it runs. */
const own = Object.entries(scripts).flatMap(([name, command]) => {
  const [, file] = /^node (\S+\.ts)$/.exec(command) ?? []
  return file === undefined ? [] : [{ name, file }]
})

async function run(file: string, ...args: string[]) {
  const { code = 0, stdout, stderr }: { code?: number; stdout: string; stderr: string } =
    await execute(process.execPath, [file, ...args], { timeout: 30_000, maxBuffer: 1e8 })
      .catch((error: unknown) => error as { code: number; stdout: string; stderr: string })
  return { code, output: stdout, messages: stderr }
}

t.test('every script says what it does and takes, and a wrong flag is one line', async (t) => {
  t.same(own.map(({ name }) => name), ['fuzz', 'peers', 'soak', 'soak:kill', 'soak:readers',
    'bench', 'bench:compare', 'demo', 'drill', 'seed'])
  for (const { name, file } of own) {
    const [help, wrong] = await Promise.all([run(file, '--help'), run(file, '--nonsense')])
    t.match(help, { code: exitCodes.ok, messages: '' }, name)
    t.match(help.output, new RegExp(`^Usage: npm run ${name} -- \\[options\\]\n\n[A-Z]`))
    t.match(wrong, { code: exitCodes.usage, output: '' }, name)
    t.match(wrong.messages, /^suibiao: unknown option '--nonsense'; --help shows what there is\n$/)
  }
})

t.test('a wrong value is one line as well, before anything is done', async (t) => {
  const cases: [string, string[], RegExp][] = [
    ['test/soak/run.ts', ['--minutes', '0'], /takes a number above 0, up to 10080;/],
    ['test/soak/kill.ts', ['--kills', 'many'], /takes a whole number from 1 to 1000000;/],
    ['test/fuzz/wire.ts', ['--canary', 'sings'], /Allowed choices are throws, stalls, hoards;/],
    ['test/drill/run.ts', ['--failures', 'kill,melt'], /There is no failure melt;/],
    ['test/peers/run.ts', ['--only', 'perl'], /There is no client perl;/],
    ['bench/run.ts', ['--only', 'http,smtp'], /There is no part smtp;/],
    ['deploy/demo/run.ts', ['twice'], /too many arguments/],
  ]
  await Promise.all(cases.map(async ([file, args, line]) => {
    const { code, output, messages } = await run(file, ...args)
    t.match({ code, output }, { code: exitCodes.usage, output: '' }, file)
    t.match(messages, line)
    t.match(messages, /^suibiao: [^\n]+\n$/)
  }))
})

t.test('a script takes its flags', async (t) => {
  const { output } = await run('seeds/main.ts', '--count', '2', '--seed', '3', '--small')
  const products = output.trimEnd().split('\n').slice(-2)
  t.same(products.map((line: string) => JSON.parse(line).values.length), [3, 3])
  t.match(await run('test/fuzz/wire.ts', '--count', '5000', '--seed', '4'),
    { code: 0, output: /^seed 4, 5000 messages\n5000 done / })
  t.match(await run('test/fuzz/wire.ts', '--count', '5000', '--canary', 'throws'), { code: 1 })
})
