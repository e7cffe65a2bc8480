import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/*
 * Runs the stock Java client against a node of this project: records created, changed, read and
 * deleted by public key and by secret, over TCP, UDP and HTTP, each in the sessions that the
 * client sets up by itself. The client comes from Maven Central; where there is no Java, no Maven
 * or no Central, it says so and is done.
 */

const MAIN = fileURLToPath(new URL('../../../src/cli/main.mjs', import.meta.url))
const HERE = fileURLToPath(new URL('.', import.meta.url))
const execute = promisify(execFile)
const say = (line: string): void => { process.stdout.write(`${line}\n`) }

/** Fetches the client's libraries into `folder/lib`. @returns whether they are there */
async function fetchClient(folder: string): Promise<boolean> {
  for (const [tool, flag] of [['java', '-version'], ['javac', '-version'], ['mvn', '-v']]) {
    try {
      await execute(tool ?? '', [flag ?? ''])
    } catch {
      say(`skipped: there is no ${tool} here`)
      return false
    }
  }
  cpSync(join(HERE, 'pom.xml'), join(folder, 'pom.xml'))
  try {
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'lib')}`]
    await execute('mvn', ['-q', '-B', '-f', join(folder, 'pom.xml'), ...goal], {
      timeout: 180_000,
    })
    return true
  } catch {
    say('skipped: the client could not be had from Maven Central')
    return false
  }
}

/** Starts a node on an empty data folder. @returns where its native doors listen */
async function startNode(dataDir: string): Promise<{ node: ChildProcess; port: number }> {
  const anywhere = '127.0.0.1:0'
  const node = spawn(process.execPath, [
    MAIN, 'serve', '--data', dataDir, '--http', anywhere, '--native', anywhere, '--workers', '2',
  ], { stdio: ['ignore', 'ignore', 'pipe'] })
  for await (const line of createInterface({ input: node.stderr })) {
    const port = /"native":\{"host":"127\.0\.0\.1","port":(\d+)\}/.exec(line)?.[1]
    if (port !== undefined) return { node, port: Number(port) }
  }
  throw new Error('the node did not start')
}

interface AdminFile {
  readonly handle: string
  readonly publicKeyIndex: number
  readonly secretKeyIndex: number
  readonly secret: string
  readonly privateKeyFile: string
}

async function drive(folder: string, dataDir: string, port: number): Promise<boolean> {
  // What the node wrote itself a moment ago.
  const admin = JSON.parse(readFileSync(join(dataDir, 'admin.json'), 'utf8')) as AdminFile
  const java = spawn('java', [
    // Else the client keeps its state in the home folder, and shares it with the next run.
    `-Duser.home=${folder}`, `-Dnet.handle.configDir=${folder}`,
    '-cp', join(folder, 'lib', '*'), join(HERE, 'Driver.java'),
    '127.0.0.1', String(port), admin.handle, String(admin.publicKeyIndex),
    String(admin.secretKeyIndex), join(dataDir, admin.privateKeyFile), admin.secret,
  ], { timeout: 170_000, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(java, 'exit')
  const [output, messages] = await Promise.all([text(java.stdout), text(java.stderr)])
  await ended
  const failed = output.match(/^not ok .*/gm) ?? []
  const passed = output.match(/^ok .*/gm) ?? []
  say(`java client: ${passed.length} steps passed, ${failed.length} failed`)
  if (java.exitCode === 0 && failed.length === 0 && passed.length > 60) return true
  say([output, messages].join('\n'))
  return false
}

const folder = mkdtempSync(join(tmpdir(), 'suibiao-java-'))
try {
  if (await fetchClient(folder)) {
    const dataDir = join(folder, 'data')
    const { node, port } = await startNode(dataDir)
    try {
      process.exitCode = await drive(folder, dataDir, port) ? 0 : 1
    } finally {
      node.kill('SIGTERM')
      if (node.exitCode === null) await once(node, 'exit')
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
