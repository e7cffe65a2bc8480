import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { createProgress } from '../../src/cli/progress.ts'
import { run } from './run.ts'

/** A stream that says it is a terminal, as wide as one, and keeps what is written. */
const createScreen = () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100 })
  let text = ''
  stream.setEncoding('utf8').on('data', (part: string) => { text += part })
  return { stream, text: () => text }
}

t.test('on a terminal: how far, how many, how fast, how long', async (t) => {
  const { stream, text } = createScreen()
  const terminal = { output: stream, messages: stream, interactive: true }
  const progress = createProgress(terminal, 'importing', 'records')
  progress.update(0, 1000)
  for (let done = 100; done <= 500; done += 100) {
    progress.update(done, 1000, done * 2)
    await new Promise((resolve) => { setTimeout(resolve, 150) })
  }
  progress.stop()
  progress.stop()
  stream.end()
  await once(stream, 'close')
  t.match(text(), /importing .* \d\d % · [\d,]+ records · [\d,]+\/s · .* left/)
})

t.test('rate and rest are those of all the time that the work has taken', async (t) => {
  const { stream, text } = createScreen()
  const terminal = { output: stream, messages: stream, interactive: true }
  const progress = createProgress(terminal, 'importing', 'records')
  await new Promise((resolve) => { setTimeout(resolve, 100) })
  progress.update(900, 6_000_000)
  progress.stop()
  stream.end()
  await once(stream, 'close')
  const rates = [...text().matchAll(/900 records · ([\d,]+)\/s/g)].map(([, rate]) =>
    Number(rate!.replaceAll(',', '')))
  t.ok(rates.length > 0)
  for (const rate of rates) t.ok(rate > 0 && rate <= 9_100, `${rate} a second`)
  t.match(text(), /· (\d+ min \d+ s|\d+ h \d+ min) left/)
})

t.test('of unknown size: how many, how fast', async (t) => {
  const { stream, text } = createScreen()
  const terminal = { output: stream, messages: stream, interactive: true }
  const progress = createProgress(terminal, 'importing', 'records')
  progress.update(10, 0, 3)
  progress.stop()
  stream.end()
  await once(stream, 'close')
  t.match(text(), /importing \d+ records · /)
  t.notMatch(text(), /%/)
})

t.test('nothing where no person watches', async (t) => {
  const { stream, text } = createScreen()
  const terminal = { output: stream, messages: stream, interactive: false }
  const progress = createProgress(terminal, 'importing', 'records')
  progress.update(1, 2)
  progress.stop()
  t.equal(text(), '')
  const line = '{"handle":"88.1/a","values":[]}\n'
  const folder = t.testdir()
  const imported = await run(['import', '-', '--data', folder], { input: line })
  t.equal(imported.messages, '', 'as a process, too')
  t.notMatch(imported.output, /\u001b|\r/)
})
