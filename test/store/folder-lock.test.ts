import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { lockFolder } from '../../src/store/folder-lock.ts'

t.test('one at a time, until it is released', async (t) => {
  const path = join(t.testdir(), 'lock')
  const first = lockFolder(path)
  t.ok(first)
  t.equal(lockFolder(path), undefined)
  first?.release()
  first?.release()
  const second = lockFolder(path)
  t.ok(second)
  second?.release()
  t.equal(statSync(path).mode & 0o777, 0o600, 'only its owner may open it')
})

t.test('a process that is killed holds nothing', async (t) => {
  const path = join(t.testdir(), 'lock')
  const module = new URL('../../src/store/folder-lock.ts', import.meta.url).href
  const script = `const { lockFolder } = await import('${module}')
    globalThis.lock = lockFolder(process.argv[1])
    console.log('held')
    setInterval(() => globalThis.lock, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, path])
  await once(child.stdout, 'data')
  t.equal(lockFolder(path), undefined, 'another process has it')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = lockFolder(path)
  t.ok(lock)
  lock?.release()
})

t.test('a file that can not be made is an error, no held lock', async (t) => {
  t.throws(() => lockFolder(join(t.testdir(), 'no', 'such', 'folder')), /unable to open|directory/)
})
