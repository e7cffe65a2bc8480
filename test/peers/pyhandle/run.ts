import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const PYHANDLE = 'pyhandle==1.5.0'
const SUITE = 'pyhandle.tests.testcases.handleclient_write_integration_test'
const TEST_COUNT = 17
/** These fail against the peers' server too: they use an argument that pyhandle has removed. */
const BROKEN_TESTS: ReadonlySet<string> = new Set([
  'test_register_handle', 'test_generate_and_register_handle', 'test_delete_handle_inexistent',
])
const PREFIX = '88.118.8'
const ADMINISTRATOR = { user: `301:${PREFIX}/OWNER`, password: randomUUID() }
const MAIN = fileURLToPath(new URL('../../../src/cli/main.mjs', import.meta.url))

const execute = promisify(execFile)
const say = (line: string): void => { process.stdout.write(`${line}\n`) }

/** Makes a Python environment with pyhandle in it; undefined where that is not possible. */
async function installPyhandle(folder: string): Promise<string | undefined> {
  const python = join(folder, 'venv', 'bin', 'python')
  try {
    await execute('python3', ['-m', 'venv', join(folder, 'venv')])
  } catch {
    say('skipped: there is no python3 with venv here')
    return undefined
  }
  try {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
    await execute(python, [...pip, '--retries', '1', PYHANDLE, 'mock'])
  } catch {
    say(`skipped: ${PYHANDLE} could not be had from the package index`)
    return undefined
  }
  return python
}

/** Fills a data folder with one record: an administrator who is known by a secret. */
async function importAdministrator(folder: string, dataDir: string): Promise<void> {
  const [index, handle] = ADMINISTRATOR.user.split(':', 2)
  const record = {
    handle,
    values: [
      { index: 100, type: 'HS_ADMIN', data: {
        format: 'admin', value: { handle, index, permissions: '111111111111' },
      } },
      { index, type: 'HS_SECKEY', data: ADMINISTRATOR.password, permissions: '1100' },
    ],
  }
  const file = join(folder, 'administrator.ndjson')
  writeFileSync(file, JSON.stringify(record))
  await execute(process.execPath, [MAIN, 'import', file, '--data', dataDir])
}

/** Starts a node. @returns where HTTPS listens */
async function startNode(dataDir: string): Promise<{ node: ChildProcess; port: number }> {
  const anywhere = '127.0.0.1:0'
  const node = spawn(process.execPath, [
    MAIN, 'serve', '--data', dataDir, '--http', anywhere, '--https', anywhere,
    '--native', anywhere, '--workers', '2',
  ], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SUIBIAO_ADMINISTRATORS: ADMINISTRATOR.user },
  })
  for await (const line of createInterface({ input: node.stderr })) {
    const port = /"https":\{"host":"127\.0\.0\.1","port":(\d+)\}/.exec(line)?.[1]
    if (port !== undefined) return { node, port: Number(port) }
  }
  throw new Error('the node did not start')
}

/** Runs the suite. @returns the names of the tests that failed, and how many ran */
async function runSuite(python: string, settings: object): Promise<{
  failed: string[]; ran: number; output: string
}> {
  const where = 'import pyhandle.tests as tests; print(tests.__path__[0])'
  const { stdout } = await execute(python, ['-c', where])
  const file = join(stdout.trim(), 'resources', 'testvalues_for_integration_tests_IGNORE.json')
  writeFileSync(file, JSON.stringify(settings))
  const suite = spawn(python, ['-W', 'ignore', '-m', 'unittest', SUITE], {
    timeout: 120_000, stdio: ['ignore', 'ignore', 'pipe'],
  })
  const output = await text(suite.stderr)
  const failed = [...output.matchAll(/^(?:ERROR|FAIL): (\w+)/gm)].map((match) => match[1] ?? '')
  return { failed, ran: Number(/^Ran (\d+) tests?/m.exec(output)?.[1] ?? 0), output }
}

async function runIn(folder: string): Promise<boolean> {
  const python = await installPyhandle(folder)
  if (python === undefined) return true
  const dataDir = join(folder, 'data')
  await importAdministrator(folder, dataDir)
  const { node, port } = await startNode(dataDir)
  try {
    const { failed, ran, output } = await runSuite(python, {
      ...ADMINISTRATOR,
      handle_server_url_write: `https://127.0.0.1:${port}`,
      handle_to_be_created: `${PREFIX}/PYHANDLE-NEW`,
      handle_to_be_modified: `${PREFIX}/PYHANDLE`,
      HTTPS_verify: join(dataDir, 'tls-cert.pem'),
    })
    const unexpected = failed.filter((name) => !BROKEN_TESTS.has(name))
    say(`pyhandle: ${ran} tests ran, ${ran - failed.length} passed, ${failed.length} failed, `
      + `${failed.length - unexpected.length} of them broken in themselves`)
    if (ran === TEST_COUNT && unexpected.length === 0) return true
    say(output)
    return false
  } finally {
    node.kill('SIGTERM')
    if (node.exitCode === null) await once(node, 'exit')
  }
}

/**
 * Runs pyhandle's own write tests against a node of this project over HTTPS, as they run against
 * the peers' server. pyhandle comes from its package index; where there is no Python or no index,
 * it says so and is done.
 * @returns whether all is as it should be
 */
export async function runPyhandle(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-pyhandle-'))
  try {
    return await runIn(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
