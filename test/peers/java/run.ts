import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { fetchClient, runJava, say } from './client.ts'
import { walk } from './walk.ts'

const MAIN = fileURLToPath(new URL('../../../src/cli/main.mjs', import.meta.url))

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
  const { exitCode, output, messages } = await runJava(folder, 'Driver.java', [
    '127.0.0.1', String(port), admin.handle, String(admin.publicKeyIndex),
    String(admin.secretKeyIndex), join(dataDir, admin.privateKeyFile), admin.secret,
  ])
  const failed = output.match(/^not ok .*/gm) ?? []
  const passed = output.match(/^ok .*/gm) ?? []
  say(`java client: ${passed.length} steps passed, ${failed.length} failed`)
  if (exitCode === 0 && failed.length === 0 && passed.length > 60) return true
  say([output, messages].join('\n'))
  return false
}

/**
 * Runs the stock Java client against a node of this project: records created, changed, read and
 * deleted by public key and by secret, over TCP, UDP and HTTP, each in the sessions that the
 * client sets up by itself. Then against three tiers of nodes, the first of them its only root.
 * The client comes from Maven Central; where there is no Java, no Maven or no Central, it says so
 * and is done.
 * @returns whether all is as it should be
 */
export async function runJavaClient(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-java-'))
  try {
    if (!await fetchClient(folder)) return true
    const dataDir = join(folder, 'data')
    const { node, port } = await startNode(dataDir)
    try {
      const driven = await drive(folder, dataDir, port)
      return await walk(folder) && driven
    } finally {
      node.kill('SIGTERM')
      if (node.exitCode === null) await once(node, 'exit')
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
