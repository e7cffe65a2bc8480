import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { importLines } from '../../src/node/import-lines.ts'
import { openStore } from '../../src/store/open.ts'

t.test('imports a file into a database, and closes it whatever happens', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'records.db')
  const file = join(folder, 'records.ndjson')
  const lines = ['88.1/a', '88.1/b', '88.1/A'].map((handle, i) =>
    JSON.stringify({ handle, values: [{ index: 1, type: 'URL', data: `https://a.cn/${i}` }] }))
  writeFileSync(file, `${lines.join('\n')}\nnonsense\n`)
  const importFile = async (strict: boolean) => {
    const fd = openSync(file, 'r')
    t.teardown(() => { closeSync(fd) })
    return importLines(path, fd, { actor: 'import', strict })
  }
  await t.rejects(importFile(true), { name: 'ImportStoppedError' })
  t.match(await importFile(false), { read: 4, added: 0, unchanged: 1, bad: 1 })
  const store = openStore(path)
  t.teardown(() => { store.close() })
  t.equal(store.countRecords(), 2)
  t.same(store.logState().pages, 0, 'nothing is left in the log')
  t.match(store.verifyChanges(), { fault: null })
})
