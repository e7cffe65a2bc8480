import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { replaceFile, stageFile, writePrivateFile } from '../../src/node/private-file.ts'

t.test('a file for its owner alone, never half written', async (t) => {
  const folder = t.testdir({ a: 'before' })
  const path = join(folder, 'a')
  stageFile(path, 'after', 0o600)
  t.equal(readFileSync(path, 'utf8'), 'before')
  writePrivateFile(path, 'after')
  t.equal(readFileSync(path, 'utf8'), 'after')
  t.equal(statSync(path).mode & 0o777, 0o600)
  replaceFile(join(folder, 'b'), Buffer.from('open'), 0o644)
  t.equal(statSync(join(folder, 'b')).mode & 0o777, 0o644)
  t.same(readdirSync(folder), ['a', 'b'])
})
