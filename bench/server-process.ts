import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'

/** Ticks in a second of /proc's CPU times: fixed at 100 on Linux. */
const TICKS_PER_SECOND = 100
const START_TIMEOUT_MS = 60_000
const READY_POLL_MS = 50

/** Whether processes can be held to a core each. */
export const canPin = cpus().length > 1 && hasTaskset()

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Holds this process, the load, to the second core. */
export function pinLoad(): void {
  if (canPin) execFileSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' })
}

/** A command that may use all cores, though this process is held to one of them. */
export function onAllCores(command: readonly string[]): string[] {
  return canPin ? ['taskset', '-c', `0-${cpus().length - 1}`, ...command] : [...command]
}

export interface StartOptions {
  /** Share the core with a process that leaves the server about a tenth of it. */
  readonly crowded?: boolean
  /** Leave the choice of cores to the system. */
  readonly anyCore?: boolean
  /** Take the second core, where the load is. */
  readonly besideLoad?: boolean
}

/** The scheduler gives this niceness about a tenth of what 0 gets. */
const CROWDED_NICENESS = '10'
const SPIN = 'for (;;);'

function run(command: readonly string[]): ChildProcess {
  const [file = '', ...args] = command
  return spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] })
}

/** A server under load: a process on the first core. */
export class ServerProcess {
  readonly #child: ChildProcess
  /** Whoever takes most of the server's core, or null. */
  readonly #neighbour: ChildProcess | null

  private constructor(child: ChildProcess, neighbour: ChildProcess | null) {
    this.#child = child
    this.#neighbour = neighbour
  }

  /** Runs a script with this Node. @param args script first */
  static start(args: readonly string[], options: StartOptions = {}): ServerProcess {
    const { crowded = false, anyCore = false, besideLoad = false } = options
    // Said in any case: a process begins where the one that starts it is held.
    const cores = anyCore ? `0-${cpus().length - 1}` : besideLoad ? '1' : '0'
    const pin = canPin ? ['taskset', '-c', cores] : []
    const nice = crowded ? ['nice', '-n', CROWDED_NICENESS] : []
    const child = run([...pin, ...nice, process.execPath, ...args])
    return new ServerProcess(child, crowded ? run([...pin, process.execPath, '-e', SPIN]) : null)
  }

  /** Settles with the first line that the server prints: what a baseline says once it listens. */
  async untilSays(): Promise<void> {
    const { stdout } = this.#child
    if (stdout === null) throw new Error('the server has no output')
    await once(stdout, 'data')
  }

  /** Settles when the node behind an HTTP port says that it is ready. */
  async untilReady(httpPort: number): Promise<void> {
    const endsAt = performance.now() + START_TIMEOUT_MS
    while (performance.now() < endsAt) {
      if (this.#child.exitCode !== null) throw new Error('the server ended before it was ready')
      try {
        const answer = await request(`http://127.0.0.1:${httpPort}/readyz`)
        await answer.body.dump()
        if (answer.statusCode === 200) return
      } catch {
        // Not listening yet.
      }
      await delay(READY_POLL_MS)
    }
    throw new Error('the server was not ready in time')
  }

  /** Memory of the process that no file backs, and all of it, in MiB. */
  memoryMebibytes(): { readonly own: number; readonly resident: number } {
    const text = readFileSync(`/proc/${this.#child.pid ?? 0}/status`, 'utf8')
    const of = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024
    return { own: of('RssAnon') + of('RssShmem'), resident: of('VmRSS') }
  }

  /** CPU seconds that the process has used. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.#child.pid ?? 0}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ')
    return (Number(fields?.[11]) + Number(fields?.[12])) / TICKS_PER_SECOND
  }

  async stop(): Promise<void> {
    this.#neighbour?.kill('SIGKILL')
    this.#child.stdout?.resume()
    if (this.#child.exitCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exit
  }
}
