import { once } from 'node:events'
import { getPriority, platform } from 'node:os'
import { Worker } from 'node:worker_threads'
import t from 'tap'

const MODULE = new URL('../../src/lib/give-way.ts', import.meta.url).href

t.test('a thread gives way, the others stay', {
  skip: platform() === 'linux' ? false : 'priorities are not the threads\' own here',
}, async (t) => {
  const before = getPriority()
  const worker = new Worker(
    `import { getPriority } from 'node:os'
     import { parentPort } from 'node:worker_threads'
     const { giveWay } = await import(${JSON.stringify(MODULE)})
     giveWay()
     const first = getPriority()
     giveWay()
     parentPort.postMessage([first, getPriority()])`,
    { eval: true, execArgv: ['--input-type=module'] },
  )
  const [[first, again]] = await once(worker, 'message') as [[number, number]]
  await once(worker, 'exit')
  t.ok(first > before || before >= 10, `${before} to ${first}`)
  t.equal(again, first)
  t.equal(getPriority(), before)
})
