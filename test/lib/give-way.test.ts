import { execFileSync } from 'node:child_process'
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

t.test('the threads that compile and collect give way, the one that answers does not', {
  skip: platform() === 'linux' ? false : 'priorities are not the threads\' own here',
}, (t) => {
  const script = `
    import { readdirSync, readFileSync } from 'node:fs'
    import { getPriority } from 'node:os'
    const { haveHelpersGiveWay } = await import(${JSON.stringify(MODULE)})
    haveHelpersGiveWay()
    const threads = readdirSync('/proc/self/task').map((id) => (
      { name: readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim(),
        priority: getPriority(Number(id)) }))
    console.log(JSON.stringify({ own: getPriority(), threads }))`
  const args = ['--input-type=module', '-e', script]
  const { own, threads } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as
    { own: number; threads: { name: string; priority: number }[] }
  const helpers = threads.filter(({ name }) => name.includes('V8Worker'))
  t.ok(helpers.length > 0, 'they are called so')
  t.ok(helpers.every(({ priority }) => priority >= 10))
  t.equal(own, getPriority())
  t.end()
})
