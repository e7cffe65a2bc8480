import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { acquireDataLock } from '../../src/node/lock.ts'

t.test('one holder at a time, in a folder for its owner only', async (t) => {
  const dataDir = join(t.testdir(), 'made', 'here')
  const lock = acquireDataLock(dataDir)
  t.equal(statSync(dataDir).mode & 0o777, 0o700)
  t.throws(() => acquireDataLock(dataDir), { message: /in use by a running node/ })
  lock.release()
  lock.release()
  acquireDataLock(dataDir).release()
})

t.test('a folder that can not be made or written is said so', async (t) => {
  const dir = t.testdir()
  writeFileSync(join(dir, 'file'), '')
  t.throws(() => acquireDataLock(join(dir, 'file', 'data')), { message: /can't be written/ })
  if (process.platform === 'linux') {
    t.throws(() => acquireDataLock('/proc/data/here'), { message: /can't be written/ })
  }
  if (process.getuid?.() === 0) return
  chmodSync(dir, 0o500)
  t.throws(() => acquireDataLock(dir), { message: /can't be written/ })
  chmodSync(dir, 0o700)
})
