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

/** A server under load: a process on the first core. */
export class ServerProcess {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Runs a script with this Node. @param args script first */
  static start(args: readonly string[]): ServerProcess {
    const command = canPin ? 'taskset' : process.execPath
    const all = canPin ? ['-c', '0', process.execPath, ...args] : [...args]
    return new ServerProcess(spawn(command, all, { stdio: ['ignore', 'pipe', 'ignore'] }))
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

  /** CPU seconds that the process has used. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.#child.pid ?? 0}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ')
    return (Number(fields?.[11]) + Number(fields?.[12])) / TICKS_PER_SECOND
  }

  async stop(): Promise<void> {
    this.#child.stdout?.resume()
    if (this.#child.exitCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exit
  }
}
