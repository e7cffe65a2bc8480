import { Worker } from 'node:worker_threads'
import { LOG_MERGE_PAGES, LOG_PAGES_MAX } from '../store/limits.ts'
import type { SqliteStore } from '../store/sqlite-store.ts'
import { LOG_LOOK_CHANGES } from './limits.ts'
import type { MergeOrder, MergeReport, MergeThreadData } from './merge-thread.ts'

const THREAD_URL = new URL('./merge-thread.ts', import.meta.url)

/**
 * Lets a thread of its own merge the write-ahead log into the file, which the writer did by itself
 * otherwise, with its changes waiting. Should that thread end, the writer merges again; and beyond
 * LOG_PAGES_MAX it does so in any case, so that the log stays bounded.
 */
export class LogMerging {
  readonly #store: SqliteStore
  readonly #path: string
  #worker: Worker | null = null
  #ready = false
  /** Whether a merge is under way: in shared memory, since the writer is seldom free to listen. */
  readonly #asked = new Int32Array(new SharedArrayBuffer(4))
  #over = false
  /** Changes since the log was looked at. */
  #unseen = 0

  readonly #onStarted: ((worker: Worker) => void) | null

  /** @param path the store's file */
  constructor(store: SqliteStore, path: string, onStarted?: (worker: Worker) => void) {
    this.#store = store
    this.#path = path
    this.#onStarted = onStarted ?? null
  }

  /** Starts the thread now, where many changes are sure to come. Safe to call again. */
  start(): void {
    if (this.#worker !== null || this.#over) return
    const workerData: MergeThreadData = { path: this.#path, asked: this.#asked.buffer }
    const worker = new Worker(THREAD_URL, { workerData })
    this.#worker = worker
    worker.on('message', (_report: MergeReport) => {
      this.#ready = true
      this.#store.mergeAt(LOG_PAGES_MAX)
    })
    worker.on('error', () => {
      this.#takeBack()
    })
    worker.on('exit', () => {
      this.#takeBack()
    })
    // A node that has nothing else to do is over.
    worker.unref()
    this.#onStarted?.(worker)
  }

  /**
   * Called after each commit, with the count of its changes. The thread is started once the log
   * has grown for the first time.
   */
  afterCommit(changeCount: number): void {
    this.#unseen += changeCount
    if (this.#over || this.#unseen < LOG_LOOK_CHANGES) return
    this.#unseen = 0
    const { pages, unmerged } = this.#store.logState()
    if (pages < LOG_MERGE_PAGES) return
    this.start()
    // Beyond that the next commit merges, which it could not while another does.
    if (!this.#ready || unmerged < LOG_MERGE_PAGES || pages >= LOG_PAGES_MAX) return
    if (Atomics.exchange(this.#asked, 0, 1) === 0) this.#tell('merge')
  }

  /** Ends the thread; the store may be closed then. Safe to call again. */
  async stop(): Promise<void> {
    const worker = this.#worker
    this.#over = true
    if (worker === null) return
    worker.ref()
    await new Promise<void>((resolve) => {
      worker.once('exit', () => {
        resolve()
      })
      this.#tell('stop')
    })
  }

  #tell(order: MergeOrder): void {
    this.#worker?.postMessage(order)
  }

  #takeBack(): void {
    this.#worker = null
    this.#over = true
    if (!this.#ready) return
    this.#ready = false
    this.#store.mergeAt(LOG_MERGE_PAGES)
  }
}
