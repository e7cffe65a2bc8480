import { fstatSync, read } from 'node:fs'
import { Socket } from 'node:net'
import { promisify } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../lib/clock.ts'
import { giveWay } from '../lib/give-way.ts'
import { encodeLines } from '../registry/line-encoder.ts'
import type { RecordBatch } from '../registry/record-batch.ts'
import { READ_CHUNK_BYTES } from './limits.ts'

/** What a thread that reads lines is started with. */
export interface LineThreadData {
  /** Number of an open file; 0 is standard input. */
  readonly fd: number
  /** Read no further than the first bad line. */
  readonly strict: boolean
}

/** What it is asked for: once for each batch, and once more when that is waited for. */
export type LineThreadOrder = 'next' | 'hurry'

/** What it answers: null after the last batch. */
export type LineThreadAnswer = RecordBatch | null

const readAsync = promisify(read)

/** The life of a thread that reads lines: one batch for each time it is asked, then the end. */
function run(port: NonNullable<typeof parentPort>): void {
  // Only our own main thread makes this thread, so its data is what it says.
  const { fd, strict } = workerData as LineThreadData
  let awaited = false
  const batches = encodeLines(openChunks(fd), {
    strict, clock: systemClock, isAwaited: () => awaited,
  })
  const answer = async (): Promise<void> => {
    const batch = await batches.next()
    if (batch.done === true) {
      port.postMessage(null satisfies LineThreadAnswer)
      port.close()
      return
    }
    const { blocks, spans, undated } = batch.value
    port.postMessage(
      batch.value satisfies LineThreadAnswer, [blocks.buffer, spans.buffer, undated.buffer])
  }
  // An error ends the thread, and the other side hears of it.
  port.on('message', (order: LineThreadOrder) => {
    // One that comes when the batch before is on its way already means nothing for the next.
    awaited = order === 'hurry'
    if (order === 'next') void answer()
  })
}

/** Pipes are read as such, since some of them say "try again" to who reads them as files. */
function openChunks(fd: number): AsyncIterable<Buffer> {
  const stat = fstatSync(fd)
  if (fd === 0 && (stat.isFIFO() || stat.isSocket())) return new Socket({ fd, writable: false })
  return readChunks(fd)
}

/** A file's bytes from where it stands, each chunk in the memory of the one before. */
async function* readChunks(fd: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafeSlow(READ_CHUNK_BYTES)
  for (;;) {
    const { bytesRead } = await readAsync(fd, chunk, 0, chunk.length, null)
    if (bytesRead === 0) return
    yield chunk.subarray(0, bytesRead)
  }
}

if (parentPort !== null) {
  giveWay()
  run(parentPort)
}
