import { Worker } from 'node:worker_threads'
import type { RecordBatch } from '../registry/record-batch.ts'
import type { LineThreadAnswer, LineThreadData, LineThreadOrder } from './line-thread.ts'

const THREAD_URL = new URL('./line-thread.ts', import.meta.url)

/** The thread that reads lines ended before the lines did. */
export class LineThreadError extends Error {
  override readonly name = 'LineThreadError'

  constructor() {
    super('the thread that reads the lines ended too early; start the import again')
  }
}

/**
 * Reads lines of records in a thread of its own, which works on the next batch while the last
 * one is being written: two are in memory, however long the input.
 * @param fd an open file, which stays open; 0 is standard input
 * @throws LineThreadError, or what the system says of the file
 */
export async function* readRecordBatches(
  fd: number, strict: boolean, onStarted?: (worker: Worker) => void,
): AsyncGenerator<RecordBatch> {
  const workerData: LineThreadData = { fd, strict }
  const worker = new Worker(THREAD_URL, { workerData })
  onStarted?.(worker)
  const answers = new Answers(worker)
  try {
    let next = answers.ask()
    for (;;) {
      answers.hurry()
      const batch = await next
      if (batch === null) return
      next = answers.ask()
      yield { ...batch, blocks: asBuffer(batch.blocks) }
    }
  } finally {
    await worker.terminate()
  }
}

interface Waiting {
  readonly resolve: (answer: LineThreadAnswer) => void
  readonly reject: (error: Error) => void
}

/** One question and answer at a time. */
class Answers {
  readonly #worker: Worker
  #waiting: Waiting | null = null
  #failure: Error | null = null

  constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', (answer: LineThreadAnswer) => {
      this.#waiting?.resolve(answer)
      this.#waiting = null
    })
    worker.on('error', (error) => {
      this.#fail(error instanceof Error ? error : new LineThreadError())
    })
    worker.on('exit', () => {
      this.#fail(new LineThreadError())
    })
  }

  ask(): Promise<LineThreadAnswer> {
    const answer = new Promise<LineThreadAnswer>((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
    // Nobody waits for it yet while the batch before is written.
    answer.catch(() => undefined)
    if (this.#failure === null) this.#worker.postMessage('next' satisfies LineThreadOrder)
    else this.#fail(this.#failure)
    return answer
  }

  /** Says that the answer is waited for now, unless it is there. */
  hurry(): void {
    if (this.#waiting !== null) this.#worker.postMessage('hurry' satisfies LineThreadOrder)
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#waiting?.reject(this.#failure)
    this.#waiting = null
  }
}

/** Buffers come through as plain byte arrays. */
function asBuffer(bytes: Uint8Array<ArrayBuffer>): Buffer<ArrayBuffer> {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
