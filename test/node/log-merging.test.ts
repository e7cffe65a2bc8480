import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import t, { type Test } from 'tap'
import { LOG_LOOK_CHANGES } from '../../src/node/limits.ts'
import { LogMerging } from '../../src/node/log-merging.ts'
import { createValue } from '../../src/record/value.ts'
import { LOG_MERGE_PAGES } from '../../src/store/limits.ts'
import { createStore, putOf } from '../support/store.ts'

const LARGE = [createValue(1, 'DESC', 'x'.repeat(500_000))]

/** A store whose log grows by more than LOG_MERGE_PAGES with each commit. */
function growingStore(t: Test) {
  const { store, path } = createStore(t)
  let next = 0
  const grow = (): void => {
    store.commit(Array.from({ length: 36 }, () => putOf(`88.1/${next++}`, LARGE)),
      { actor: 'test', timeMs: 1 })
  }
  return { store, path, grow }
}

t.test('a thread merges once the log has grown, and commits need not', async (t) => {
  const { store, path, grow } = growingStore(t)
  let worker: Worker | undefined
  const merging = new LogMerging(store, path, (started) => { (worker = started).ref() })
  merging.afterCommit(LOG_LOOK_CHANGES)
  t.equal(worker, undefined, 'nothing to merge, no thread')
  grow()
  merging.afterCommit(LOG_LOOK_CHANGES - 1)
  t.equal(worker, undefined, 'few changes are not looked at')
  t.equal(store.logState().unmerged, 0, 'the first time the commit merged')
  merging.afterCommit(LOG_LOOK_CHANGES)
  t.ok(worker)
  await once(worker as unknown as Worker, 'message')
  grow()
  t.ok(store.logState().unmerged >= LOG_MERGE_PAGES, 'the commit leaves it to the thread')
  merging.afterCommit(LOG_LOOK_CHANGES)
  while (store.logState().unmerged > 0) await delay(5)
  await merging.stop()
  await merging.stop()
  grow()
  t.equal(store.logState().unmerged, 0, 'without the thread commits merge again')
  merging.afterCommit(LOG_LOOK_CHANGES)
  t.match(store.verifyChanges(), { sound: 108, fault: null })
})

t.test('a thread that dies: commits merge again', async (t) => {
  const { store, path, grow } = growingStore(t)
  let worker: Worker | undefined
  const merging = new LogMerging(store, path, (started) => { (worker = started).ref() })
  merging.start()
  await once(worker as unknown as Worker, 'message')
  await worker?.terminate()
  grow()
  t.equal(store.logState().unmerged, 0)
  merging.afterCommit(LOG_LOOK_CHANGES)
  await merging.stop()
})

t.test('a thread that cannot open the file: commits merge as before', async (t) => {
  const { store, path, grow } = growingStore(t)
  let worker: Worker | undefined
  const merging = new LogMerging(store, `${path}.gone`, (started) => { (worker = started).ref() })
  merging.start()
  await new Promise((resolve) => worker?.once('exit', resolve))
  grow()
  t.equal(store.logState().unmerged, 0)
  merging.afterCommit(LOG_LOOK_CHANGES)
  await merging.stop()
})
