import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Counter } from '../lib/counters.ts'
import type { DoorSettings } from './doors.ts'
import {
  WORKER_RESTART_DELAY_MS,
  WORKER_RESTART_DELAY_MS_MAX,
  WORKER_START_TIMEOUT_MS,
  WORKER_STOP_TIMEOUT_MS,
} from './limits.ts'
import type { NodeCounter } from './meters.ts'
import { type Office, serveOffice } from './office.ts'
import type { WorkerData, WorkerOrder } from './worker.ts'

const WORKER_URL = new URL('./worker.ts', import.meta.url)
const STOP: WorkerOrder = { kind: 'stop' }

/** Keeps a fixed number of resolver threads alive: one that dies is replaced. */
export class Supervisor {
  readonly #settings: DoorSettings
  readonly #office: Office
  readonly #logger: Logger
  readonly #counters: Counter<NodeCounter>
  readonly #workers = new Set<Worker>()
  readonly #ready = new Set<Worker>()
  #stopping = false
  #restartDelayMs = WORKER_RESTART_DELAY_MS

  constructor(
    settings: DoorSettings, office: Office, logger: Logger, counters: Counter<NodeCounter>,
  ) {
    this.#settings = settings
    this.#office = office
    this.#logger = logger
    this.#counters = counters
  }

  /** Threads whose doors are open now. */
  get threadIds(): number[] {
    return [...this.#ready].map((worker) => worker.threadId)
  }

  /** Starts the threads; settles when each of them listens. @throws when one can't */
  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, (_unused, i) => this.#startOne(i + 1)))
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

  /** @param thread the row of the meters it has; one that replaces another goes on with its row */
  async #startOne(thread: number): Promise<void> {
    const worker = this.#createWorker(thread)
    this.#workers.add(worker)
    const died = new Promise<never>((_resolve, reject) => {
      worker.once('error', reject)
      worker.once('exit', (code) => {
        reject(new Error(`a resolver thread ended with code ${code} before it was ready`))
      })
    })
    const timer = new AbortController()
    try {
      await Promise.race([
        once(worker, 'message'),
        died,
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
      died.catch(() => undefined)
    }
    this.#watch(worker, thread)
  }

  /** A thread with its own line to the office; what it asks is forgotten when it dies. */
  #createWorker(thread: number): Worker {
    const { port1: ours, port2: theirs } = new MessageChannel()
    const workerData: WorkerData = {
      settings: { ...this.#settings, thread },
      officePort: theirs,
      has: { native: this.#office.slow !== null, desk: this.#office.desk !== null },
    }
    const worker = new Worker(WORKER_URL, { workerData, transferList: [theirs] })
    serveOffice(ours, this.#office)
    worker.once('exit', () => {
      ours.close()
    })
    return worker
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
    while (!this.#stopping) {
      await delay(this.#restartDelayMs)
      try {
        await this.#startOne(thread)
        this.#restartDelayMs = WORKER_RESTART_DELAY_MS
        return
      } catch (error) {
        this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, WORKER_RESTART_DELAY_MS_MAX)
        this.#logger.error({ err: error }, 'resolver thread could not be started; trying again')
      }
    }
  }

  async #stopOne(worker: Worker): Promise<void> {
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

