import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadNodeKey, NodeKeyError } from '../../src/node/node-key.ts'

t.test('made once, kept for its owner alone', async (t) => {
  const folder = t.testdir()
  const key = await loadNodeKey(folder)
  t.equal(statSync(join(folder, 'node-key.pem')).mode & 0o777, 0o600)
  t.equal(key.asymmetricKeyDetails?.modulusLength, 2048)
  t.ok(key.equals(await loadNodeKey(folder)))
})

t.test('a file that is none is one clear error, and stays', async (t) => {
  const folder = t.testdir()
  writeFileSync(join(folder, 'node-key.pem'), 'no key')
  await t.rejects(loadNodeKey(folder), NodeKeyError)
  await t.rejects(loadNodeKey(folder), { message: /move it away to make a new one$/ })
})
