import { Session } from 'node:inspector'

/** The answer of a worker to what it was sent, as far as it is read. */
interface WorkerReply {
  readonly id?: number
}

/**
 * Collects the garbage of every thread of this process. A thread that is asked little lets tens of
 * mebibytes of it lie for a quarter of an hour, which looks like a leak to whoever watches the
 * process from outside.
 */
export class GarbageCollector {
  readonly #session = new Session()
  readonly #workers = new Set<string>()
  readonly #waiting = new Map<number, () => void>()
  #nextId = 1

  constructor() {
    this.#session.connect()
    this.#session.on('NodeWorker.attachedToWorker', ({ params }) => {
      this.#workers.add(params.sessionId)
    })
    this.#session.on('NodeWorker.detachedFromWorker', ({ params }) => {
      this.#workers.delete(params.sessionId)
    })
    this.#session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      const { id = 0 } = JSON.parse(params.message) as WorkerReply
      this.#waiting.get(id)?.()
      this.#waiting.delete(id)
    })
    this.#session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  }

  /** Settles when all threads have collected. */
  async collect(): Promise<void> {
    this.#session.post('HeapProfiler.collectGarbage')
    await Promise.all([...this.#workers].map((sessionId) => new Promise<void>((resolve) => {
      const id = this.#nextId++
      this.#waiting.set(id, resolve)
      const message = JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' })
      this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message })
    })))
  }

  close(): void {
    this.#session.disconnect()
  }
}
