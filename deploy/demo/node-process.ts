import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { formatHostPort, type HostPort, parseHostPort } from '../../src/lib/host-port.ts'
import type { NodePlan } from './topology.ts'

export const MAIN_PATH = fileURLToPath(new URL('../../src/cli/main.mjs', import.meta.url))
const END_WITH_PARENT = new URL('end-with-parent.ts', import.meta.url).href
/** The last line of what a node shows when it listens. */
const STARTED = 'Ctrl-C stops it.'
const STOP_MS_MAX = 5_000
const CACHE_MEBIBYTES = '16'

/** A node that listens. */
export interface DemoNode {
  readonly plan: NodePlan
  readonly native: HostPort
  readonly http: HostPort
  readonly dataDir: string
  /** Sends its process a signal, such as SIGKILL or SIGSTOP. */
  kill(name: NodeJS.Signals): void
  /** Asks it to stop, and ends it when it does not. */
  stop(): Promise<void>
}

/** Where a node lives. */
export interface NodePlace {
  readonly dataDir: string
  /** Where its walks begin; null for a node that asks nobody. */
  readonly root: HostPort | null
  /** Where it listens; free ports of its plan's host when absent. */
  readonly at?: { readonly native: HostPort; readonly http: HostPort }
  /** Where the desk above is that its own reports to; null or absent for none. */
  readonly deskAbove?: HostPort | null
}

/**
 * Starts a node as a process of its own, and waits until it listens. It is in a process group of
 * its own, so that Ctrl-C comes to the demo alone, which ends its nodes.
 * @throws with what it said, when it ends before; the abort reason when the signal comes
 */
export async function startDemoNode(
  plan: NodePlan, { dataDir, root, at, deskAbove = null }: NodePlace, signal: AbortSignal,
): Promise<DemoNode> {
  signal.throwIfAborted()
  const anywhere = { host: plan.host, port: 0 }
  const { native, http } = at ?? { native: anywhere, http: anywhere }
  const recursion = root === null
    ? []
    : ['--role', 'recursive', '--root', formatHostPort(root), '--allow-private-upstreams']
  const desk = plan.desk ? ['--desk', plan.prefix] : []
  const reports = deskAbove === null
    ? []
    : ['--upstream-desk', `http://${formatHostPort(deskAbove)}`]
  const child = spawn(process.execPath, [
    '--import', END_WITH_PARENT, MAIN_PATH, 'serve', '--workers', '0', '--data', dataDir,
    '--root-prefix', plan.prefix,
    '--native', formatHostPort(native), '--http', formatHostPort(http),
    '--cache', CACHE_MEBIBYTES, ...recursion, ...desk, ...reports,
  ], { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  const stop = (): Promise<void> => stopChild(child)
  const onAbort = (): void => { void stop() }
  signal.addEventListener('abort', onAbort, { once: true })
  let [output, messages] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (!output.includes(STARTED)) messages += text
  })
  const closed = once(child, 'close')
  while (!output.includes(STARTED)) {
    await Promise.race([once(child.stdout, 'data'), closed])
    signal.throwIfAborted()
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the node of ${plan.prefix} did not start: ${messages}`)
    }
  }
  return {
    plan, dataDir, stop,
    kill: (name) => { child.kill(name) },
    native: addressIn(output, /native +(\S+) /),
    http: addressIn(output, /HTTP +http:\/\/(\S+)/),
  }
}

/** Asks it to stop, and ends it when it does not. */
async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
  await closed
  clearTimeout(timer)
}

function addressIn(banner: string, pattern: RegExp): HostPort {
  const address = parseHostPort(pattern.exec(banner)?.[1] ?? '')
  if (address === undefined) throw new Error(`no address in ${banner}`)
  return address
}
