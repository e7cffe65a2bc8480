import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { clearScreenDown, cursorTo } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { Script } from '../../src/cli/script.ts'
import { createTerminal, printLine, printMessage } from '../../src/cli/terminal.ts'
import { formatHostPort } from '../../src/lib/host-port.ts'
import { type Answer, askQuestion, type Question, questionsFor } from './ask.ts'
import { MAIN_PATH } from './node-process.ts'
import { type RunningTopology, startTopology } from './running.ts'
import { formatAnswer, formatAnswers, formatCommands, formatNodes } from './screen.ts'

/** Between two questions: slow enough to read along. */
const QUESTION_INTERVAL_MS = 500
const TRACED = '88.120.5/M1002'

const { once: onlyOnce = false } = new Script<{ readonly once?: boolean }>('demo',
  'Starts the nodes of a small hierarchy on this machine, each a process of its own, registers '
    + 'them into each other and shows who answers what, until Ctrl-C ends them all.')
  .option('--once', 'ask each question once, then end: with 0 when every answer was right')
  .readFlags()
const terminal = createTerminal()
const stopping = new AbortController()
/** What a shell expects of a program that a signal broke off: 128 and the signal's number. */
let brokenOffCode = 0
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    brokenOffCode ||= 128 + constants.signals[name]
    stopping.abort(new Error('stopped'))
  })
}
process.exitCode = await run(onlyOnce, stopping.signal)

/** @returns the exit code: 0 when every answer was right, or the live table was ended */
async function run(once: boolean, signal: AbortSignal): Promise<number> {
  printMessage(terminal, 'starting the nodes of the demo and registering them into each other')
  try {
    const topology = await startTopology(signal)
    try {
      return once ? await showOnce(topology, signal) : await showOn(topology, signal)
    } finally {
      await topology.stop()
    }
  } catch (error) {
    if (signal.aborted) return brokenOffCode
    printMessage(terminal, `the demo broke off: ${error instanceof Error ? error.message : ''}`)
    return 1
  }
}

async function showOnce(topology: RunningTopology, signal: AbortSignal): Promise<number> {
  printLine(terminal, `${formatNodes(topology, terminal)}\n`)
  const { recursives } = topology
  const [recursive] = recursives
  const traced = recursive === undefined ? 1 : await trace(formatHostPort(recursive.http))
  const questions = questionsFor(recursives)
  const answers = new Map<Question, Answer>()
  for (const question of questions) {
    signal.throwIfAborted()
    answers.set(question, await askQuestion(question))
  }
  signal.throwIfAborted()
  printLine(terminal, formatAnswers(questions, answers, terminal))
  return traced === 0 && [...answers.values()].every(({ right }) => right) ? 0 : 1
}

/** Shows the way of a name that nobody has asked for, as a person would have it shown. */
async function trace(server: string): Promise<number> {
  printLine(terminal, `$ npm run suibiao -- trace ${TRACED} --server ${server}`)
  const child = spawn(
    process.execPath, [MAIN_PATH, 'trace', TRACED, '--server', server],
    { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.setEncoding('utf8').on('data', (text: string) => terminal.output.write(text))
  await once(child, 'close')
  printLine(terminal, '')
  return child.exitCode ?? 1
}

/** Asks until it is told to stop. */
async function showOn(topology: RunningTopology, signal: AbortSignal): Promise<number> {
  const { recursives: [recursive], top } = topology
  const about = [
    formatNodes(topology, terminal), '',
    recursive === undefined ? '' : formatCommands(top, recursive), 'Ctrl-C ends it all.', '',
  ].join('\n')
  const questions = questionsFor(topology.recursives)
  const answers = new Map<Question, Answer>()
  const redraws = process.stdout.isTTY
  if (!redraws) printLine(terminal, about)
  for (let i = 0; !signal.aborted; i++) {
    const question = questions[i % questions.length]
    if (question === undefined) break
    const answer = await askSafely(question)
    answers.set(question, answer)
    if (!redraws) printLine(terminal, formatAnswer(question, answer))
    else redraw(`${about}\n${formatAnswers(questions, answers, terminal)}\n`)
    await pause(QUESTION_INTERVAL_MS, undefined, { signal }).catch(() => undefined)
  }
  return 0
}

/** A node that is gone is one more thing to show. */
async function askSafely(question: Question): Promise<Answer> {
  try {
    return await askQuestion(question)
  } catch (error) {
    const text = error instanceof Error ? error.message : 'failed'
    return { right: false, text, who: 'nobody', tookMs: 0 }
  }
}

function redraw(text: string): void {
  cursorTo(process.stdout, 0, 0)
  clearScreenDown(process.stdout)
  terminal.output.write(text)
}
