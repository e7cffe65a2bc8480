import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import t from 'tap'
import { matches, parseConsole } from './console.ts'

const execute = promisify(execFile)
const main = join(process.cwd(), 'src/cli/main.mjs')
const pages = ['README.md', 'README.zh-CN.md']
const read = (page: string): string => readFileSync(page, 'utf8')

/** Names in the first column of the tables of a page: `serve`, `--data`. */
function namesInTables(page: string, pattern: RegExp): string[] {
  const cells = read(page).split('\n').flatMap((line) => /^\| (`[^|]*) \|/.exec(line)?.[1] ?? [])
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''))
    .filter((name) => pattern.test(name)).sort()
}

async function help(...args: string[]): Promise<string> {
  return (await execute(process.execPath, [main, ...args, '--help'])).stdout
}

t.test('the tables name every command and every setting, and no others', async (t) => {
  const commands = [...(await help()).matchAll(/^ {2}([a-z]+) {2,}/gm)].map((match) => match[1])
  const known = commands.filter((name) => name !== 'help').sort()
  const options = [...(await help('serve')).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)]
  const settings = options.map((match) => match[1]).filter((name) => name !== '--help').sort()
  for (const page of pages) {
    t.same(namesInTables(page, /^[a-z]+$/), known, `commands of ${page}`)
    t.same(namesInTables(page, /^--/), settings, `settings of ${page}`)
  }
})

t.test('both languages show the same commands with the same output', async (t) => {
  const [english = [], chinese = []] = pages.map((page) =>
    parseConsole(read(page)).map(({ command, output }) => ({ command, output })))
  t.ok(english.length > 10)
  t.same(chinese, english)
})

t.test('what the page shows is what comes out', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-readme-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const anywhere = '127.0.0.1:0'
  const node = spawn(process.execPath, [
    main, 'serve', '--seed', 'demo', '--data', join(folder, 'data'), '--workers', '1',
    '--http', anywhere, '--https', anywhere, '--native', anywhere,
  ], { stdio: ['ignore', 'ignore', 'pipe'] })
  t.teardown(async () => {
    const exit = once(node, 'exit')
    node.kill('SIGTERM')
    await exit
  })
  const ports = await startedPorts(node.stderr)
  for (const { line, command, output } of parseConsole(read('README.md'))) {
    const printed = await runShown(withPorts(command, ports), folder)
    t.ok(matches(output, withoutPorts(printed, ports)), `README.md:${line}`, { printed, output })
  }
})

/** The page's ports and those of the node under test. */
type Ports = ReadonlyMap<string, string>

async function startedPorts(log: NodeJS.ReadableStream): Promise<Ports> {
  for await (const line of createInterface({ input: log })) {
    const entry: unknown = JSON.parse(line)
    if (!(typeof entry === 'object' && entry !== null && 'native' in entry)) continue
    const { native, http, https } = entry as Record<string, { port: number }>
    return new Map([
      ['127.0.0.1:2641', `127.0.0.1:${native!.port}`],
      ['127.0.0.1:8000', `127.0.0.1:${http!.port}`],
      ['127.0.0.1:8443', `127.0.0.1:${https!.port}`],
    ])
  }
  throw new Error('the node did not start')
}

function withPorts(command: string, ports: Ports): string {
  let changed = command
  for (const [shown, real] of ports) changed = changed.replaceAll(shown, real)
  const native = ports.get('127.0.0.1:2641') ?? ''
  const http = ports.get('127.0.0.1:8000') ?? ''
  // What asks the node by default has to be told which one.
  return changed
    .replace(/suibiao -- (?:resolve|create|add|modify|remove|delete) /, `$&--server ${native} `)
    .replace(/suibiao -- (?:org|review|prefix|route) \S+/, `$& --server ${http}`)
}

function withoutPorts(text: string, ports: Ports): string {
  let changed = text
  for (const [shown, real] of ports) changed = changed.replaceAll(real, shown)
  return changed
}

/** Variables that commands set, for the next ones, as in one terminal. */
const variables = new Map<string, string>()

async function runShown(command: string, folder: string): Promise<string> {
  const [, name] = /^(\w+)=\$/.exec(command) ?? []
  const bare = command.replaceAll('npm run --silent suibiao --', `node ${main}`)
  const script = name === undefined ? bare : `${bare}; printf %s "$${name}"`
  const { stdout, stderr } = await execute(
    'bash', ['-c', script],
    { cwd: folder, env: { ...process.env, ...Object.fromEntries(variables) } },
  ).catch((error: unknown) => error as { stdout: string; stderr: string })
  if (name === undefined) return stdout + stderr
  variables.set(name, stdout)
  return stderr
}
