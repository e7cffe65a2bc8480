import t from 'tap'
import { matches, parseConsole } from './console.ts'

t.test('commands and their output are read from console blocks only', async (t) => {
  const page = ['text', '```console', '$ one \\', '  more', 'out 1', 'out 2', '$ two', '```',
    '```sh', '$ three', '```'].join('\n')
  t.same(parseConsole(page), [
    { line: 3, command: 'one \\\n  more', output: ['out 1', 'out 2'] },
    { line: 7, command: 'two', output: [] },
  ])
})

t.test('an ellipsis stands for what changes from run to run', async (t) => {
  t.ok(matches(['a … c', 'd'], 'a b c\nd\n'))
  t.ok(matches(['a', '…', 'd'], 'a\nb\nc\nd'))
  t.ok(matches(['{"x":"…"}'], '{"x":"(1)"}'))
  t.notOk(matches(['a … c', 'd'], 'a b\nc\nd'))
  t.notOk(matches(['a', 'd'], 'a\nb\nd'))
  t.notOk(matches(['a.c'], 'abc'))
})
