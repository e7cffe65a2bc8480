import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { MessageChannel, type ResourceLimits, Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Counter } from '../lib/counters.ts'
import type { DoorSettings } from './doors.ts'
import {
  RECURSING_YOUNG_MEBIBYTES,
  WORKER_RESTART_DELAY_MS,
  WORKER_RESTART_DELAY_MS_MAX,
  WORKER_START_TIMEOUT_MS,
  WORKER_STOP_TIMEOUT_MS,
} from './limits.ts'
import type { NodeCounter } from './meters.ts'
import { type Office, serveOffice } from './office.ts'
import type { WorkerOrder } from './worker.ts'

const WORKER_URL = new URL('./worker.mjs', import.meta.url)
const STOP: WorkerOrder = { kind: 'stop' }

/** What resolver threads are told once they have loaded what they run. */
interface Orders {
  readonly settings: DoorSettings
  readonly office: Office
}

/** A thread that was started and has not opened its doors yet. */
interface Started {
  readonly worker: Worker
  /** Rejects when it ends. */
  readonly ended: Promise<never>
}

/** Keeps a fixed number of resolver threads alive: one that dies is replaced. */
export class Supervisor {
  readonly #logger: Logger
  readonly #counters: Counter<NodeCounter>
  readonly #resourceLimits: ResourceLimits
  readonly #workers = new Set<Worker>()
  readonly #ready = new Set<Worker>()
  readonly #started: Started[] = []
  #orders: Orders | null = null
  #stopping = false
  #restartDelayMs = WORKER_RESTART_DELAY_MS

  /** @param recursing whether the threads ask other nodes */
  constructor(logger: Logger, counters: Counter<NodeCounter>, recursing: boolean) {
    this.#logger = logger
    this.#counters = counters
    this.#resourceLimits = recursing ? { maxYoungGenerationSizeMb: RECURSING_YOUNG_MEBIBYTES } : {}
  }

  /** Threads whose doors are open now. */
  get threadIds(): number[] {
    return [...this.#ready].map((worker) => worker.threadId)
  }

  /** Starts the threads: they load what they run while their orders are made ready. */
  start(count: number): void {
    for (let i = 0; i < count; i++) this.#started.push(this.#startOne())
  }

  /** Lets the threads open their doors; settles when each listens. @throws when one can't */
  async open(settings: DoorSettings, office: Office): Promise<void> {
    const orders = { settings, office }
    this.#orders = orders
    await Promise.all(this.#started.splice(0).map((one, i) => this.#openOne(one, orders, i + 1)))
  }

  /** Lets every thread drain, then ends it. Safe to call again. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all([...this.#workers].map((worker) => this.#stopOne(worker)))
  }

  /** Ends a thread without a word, as a crash would; for tests of its replacement. */
  async kill(threadId: number): Promise<void> {
    for (const worker of this.#workers) {
      if (worker.threadId === threadId) await worker.terminate()
    }
  }

  #startOne(): Started {
    const worker = new Worker(WORKER_URL, { resourceLimits: this.#resourceLimits })
    this.#workers.add(worker)
    const ended = new Promise<never>((_resolve, reject) => {
      worker.once('error', reject)
      worker.once('exit', (code) => {
        reject(new Error(`a resolver thread ended with code ${code} before it was ready`))
      })
    })
    // Whoever opens its doors hears of it; before and after that it is no one's promise.
    ended.catch(() => undefined)
    return { worker, ended }
  }

  /** @param thread the row of the meters it has; one that replaces another goes on with its row */
  async #openOne(
    { worker, ended }: Started, { settings, office }: Orders, thread: number,
  ): Promise<void> {
    const { port1: ours, port2: theirs } = new MessageChannel()
    worker.once('exit', () => {
      ours.close()
    })
    // A line of its own to the office; what it asks is forgotten when it dies.
    serveOffice(ours, office)
    const order: WorkerOrder = {
      kind: 'open',
      settings: { ...settings, thread },
      officePort: theirs,
      has: { native: office.slow !== null, desk: office.desk !== null },
    }
    const timer = new AbortController()
    try {
      worker.postMessage(order, [theirs])
      await Promise.race([
        once(worker, 'message'),
        ended,
        delay(WORKER_START_TIMEOUT_MS, undefined, { signal: timer.signal }).then(() => {
          throw new Error('a resolver thread did not start in time')
        }),
      ])
    } catch (error) {
      this.#workers.delete(worker)
      await worker.terminate()
      throw error
    } finally {
      timer.abort()
    }
    this.#watch(worker, thread)
  }

  #watch(worker: Worker, thread: number): void {
    this.#ready.add(worker)
    worker.on('error', (error) => {
      this.#logger.error({ err: error, thread: worker.threadId }, 'resolver thread failed')
    })
    worker.once('exit', (code) => {
      this.#workers.delete(worker)
      this.#ready.delete(worker)
      if (this.#stopping) return
      this.#counters.add('node_threads_replaced_total')
      this.#logger.warn({ code }, 'resolver thread ended; starting another')
      void this.#replace(thread)
    })
  }

  async #replace(thread: number): Promise<void> {
    const orders = this.#orders
    while (!this.#stopping && orders !== null) {
      await delay(this.#restartDelayMs)
      try {
        await this.#openOne(this.#startOne(), orders, thread)
        this.#restartDelayMs = WORKER_RESTART_DELAY_MS
        return
      } catch (error) {
        this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, WORKER_RESTART_DELAY_MS_MAX)
        this.#logger.error({ err: error }, 'resolver thread could not be started; trying again')
      }
    }
  }

  async #stopOne(worker: Worker): Promise<void> {
    if (!this.#ready.has(worker)) {
      await worker.terminate()
      return
    }
    const timer = new AbortController()
    const stopped = once(worker, 'exit')
    worker.postMessage(STOP satisfies WorkerOrder)
    await Promise.race([
      stopped,
      delay(WORKER_STOP_TIMEOUT_MS, undefined, { signal: timer.signal }).catch(() => undefined),
    ])
    timer.abort()
    await worker.terminate()
  }
}

