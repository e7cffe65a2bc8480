import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { GenerationTable } from '../../src/lib/generations.ts'

t.test('a bump moves one name on, and others stay', async (t) => {
  const table = GenerationTable.create(1024)
  const slot = table.slotOf('88.118.8/P1')
  const other = table.slotOf('88.118.8/P2')
  t.not(slot, other)
  table.bump(slot)
  t.equal(table.get(slot), 1)
  t.ok(table.isAt(slot, 1))
  t.notOk(table.isAt(slot, 0))
  t.equal(table.get(other), 0)
})

t.test('slots lie within the table and spread', async (t) => {
  const table = GenerationTable.create(256)
  const used = new Set<number>()
  for (let i = 0; i < 4000; i++) {
    const slot = table.slotOf(`88.118.8/P${i}`)
    used.add(slot)
  }
  t.same([...used].filter((slot) => slot < 0 || slot >= 256), [])
  t.ok(used.size > 250, `${used.size} of 256 in use`)
  t.throws(() => GenerationTable.create(100), RangeError)
})

t.test('another thread sees the bump', async (t) => {
  const table = GenerationTable.create(64)
  const path = new URL('../../src/lib/generations.ts', import.meta.url).href
  const worker = new Worker(
    `import { workerData } from 'node:worker_threads'
     const { GenerationTable } = await import(${JSON.stringify(path)})
     const table = GenerationTable.attach(workerData)
     table.bump(table.slotOf('A/B'))`,
    { eval: true, workerData: table.buffer, execArgv: ['--input-type=module'] },
  )
  await once(worker, 'exit')
  t.equal(table.get(table.slotOf('A/B')), 1)
})
