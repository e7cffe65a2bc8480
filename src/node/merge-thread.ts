import { parentPort, workerData } from 'node:worker_threads'
import { giveWay } from '../lib/give-way.ts'
import { openLogMerger } from '../store/open.ts'

/** What a thread that merges the log is told. */
export type MergeOrder = 'merge' | 'stop'

/** What it says once it has begun. */
export type MergeReport = 'ready'

/** What it is started with. */
export interface MergeThreadData {
  /** The database's file. */
  readonly path: string
  /** One number: 1 while a merge was asked for and is not done. */
  readonly asked: SharedArrayBuffer
}

/** The life of a thread that merges the write-ahead log: a merge for each order, then the end. */
function run(port: NonNullable<typeof parentPort>): void {
  // Only our own main thread makes this thread, so its data is what it says.
  const { path, asked } = workerData as MergeThreadData
  const state = new Int32Array(asked)
  const merger = openLogMerger(path)
  port.on('message', (order: MergeOrder) => {
    if (order === 'stop') {
      merger.close()
      port.close()
      return
    }
    merger.merge()
    Atomics.store(state, 0, 0)
  })
  port.postMessage('ready' satisfies MergeReport)
}

if (parentPort !== null) {
  giveWay()
  run(parentPort)
}
