import { formatTable } from '../../src/cli/table.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { formatHostPort } from '../../src/lib/host-port.ts'
import type { Answer, Question } from './ask.ts'
import type { DemoNode } from './node-process.ts'
import type { RunningTopology } from './running.ts'

/** Who is there and where. */
export function formatNodes({ nodes }: RunningTopology, terminal: Terminal): string {
  const rows = nodes.map(({ plan, native, http }) =>
    [plan.role, plan.prefix, formatHostPort(native), `http://${formatHostPort(http)}`])
  return formatTable(['node', 'prefix', 'native', 'HTTP'], rows, terminal)
}

/** Who answered what; a question that was not asked yet has empty cells. */
export function formatAnswers(
  questions: readonly Question[], answers: ReadonlyMap<Question, Answer>, terminal: Terminal,
): string {
  const rows = questions.map((question) => {
    const { identifier, kind, through } = question
    const asked = [identifier, kind, formatHostPort(through.native)]
    const answer = answers.get(question)
    return answer === undefined ? [...asked, '', '', ''] : [...asked, ...cellsOf(answer)]
  })
  return formatTable(
    ['identifier', 'enterprise', 'through', 'ms', 'answered by', 'answer'], rows, terminal)
}

const cellsOf = ({ right, text, who, tookMs }: Answer): string[] =>
  [tookMs.toFixed(tookMs < 10 ? 2 : 0), who, right ? text : `${text}: WRONG`]

/** One answer in a line. */
export function formatAnswer({ identifier, through }: Question, answer: Answer): string {
  const [ms, who, text] = cellsOf(answer)
  return `${identifier} through ${formatHostPort(through.native)}: ${text}, ${who}, ${ms} ms`
}

/** Commands for another terminal. */
export function formatCommands(top: DemoNode, recursive: DemoNode): string {
  const [http, native] = [formatHostPort(recursive.http), formatHostPort(recursive.native)]
  return [
    'Try, in another terminal:',
    `  npm run suibiao -- trace 88.120.5/M1002 --server ${http}`,
    `  npm run suibiao -- trace 88.101.6/M1002 --root ${formatHostPort(top.native)}`,
    `  npm run suibiao -- resolve 88.118.9/M1002 --server ${native}`,
  ].join('\n')
}
