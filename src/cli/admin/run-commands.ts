import type { AdminAnswer, AdminClient } from '../../client/admin/admin-client.ts'
import { SessionError } from '../../client/admin/session.ts'
import { ExchangeError } from '../../client/exchange.ts'
import { type Identifier, parseIdentifier } from '../../identifier/identifier.ts'
import type { Command as RecordCommand } from '../../record/command.ts'
import { CODE } from '../../wire/layout.ts'
import { CliError } from '../cli-error.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { printable, printLine, printMessage, type Terminal } from '../terminal.ts'
import { refusalOf } from './answer-text.ts'
import { type AdminOptions, openAdminClient } from './session-options.ts'

/** A command, what it is about, and what to say when it is done. */
export interface Task {
  readonly name: string
  readonly command: RecordCommand
  readonly done: (answer: AdminAnswer) => string
}

/**
 * Has tasks done one after the other and prints what became of each.
 * @returns the worst of their exit codes
 */
export async function runTasks(
  tasks: readonly Task[],
  options: AdminOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return withClient(options, terminal, async (client) => {
    let worst: ExitCode = exitCodes.ok
    for (const task of tasks) {
      const answer = await client.execute(task.command)
      worst = Math.max(worst, printAnswer(task, answer, options, terminal)) as ExitCode
    }
    return worst
  })
}

/** Opens a client, uses it, closes it. @throws CliError in place of what the network does */
export async function withClient<T>(
  options: AdminOptions,
  terminal: Terminal,
  use: (client: AdminClient) => Promise<T>,
): Promise<T> {
  const client = await openAdminClient(options, terminal)
  try {
    return await use(client)
  } catch (error) {
    throw spokenError(error)
  } finally {
    await client.close()
  }
}

/** An error of the network or of a session as a line for people; any other as it is. */
export function spokenError(error: unknown): unknown {
  if (error instanceof SessionError) {
    return new CliError(exitCodes.unknown, `${error.message}; try --no-session`)
  }
  if (!(error instanceof ExchangeError)) return error
  const advice = error.reason === 'unreachable'
    ? 'check --server and that the node runs'
    : 'whether it was done is not known; look, then try again'
  return new CliError(exitCodes.unknown, `${printable(error.message)}; ${advice}`)
}

/** Checks a name of the command line. @throws CliError */
export function assertIdentifier(text: string): Identifier {
  const identifier = parseIdentifier(text)
  if (identifier !== undefined) return identifier
  const what = `"${printable(text)}" is no identifier`
  throw new CliError(exitCodes.usage, `${what}; write a prefix, a slash and a suffix: 88.118.8/P1`)
}

function printAnswer(
  task: Task,
  answer: AdminAnswer,
  options: AdminOptions,
  terminal: Terminal,
): ExitCode {
  const done = answer.code === CODE.success
  const refusal = done ? undefined : refusalOf(task.name, answer)
  if (options.json === true) {
    const { code, message, indexes, handle } = answer
    printLine(terminal, JSON.stringify({
      responseCode: code,
      handle: handle === '' ? task.name : handle,
      ...(message === '' ? {} : { message }),
      ...(indexes.length === 0 ? {} : { indexes }),
    }))
  } else if (refusal === undefined) {
    printLine(terminal, task.done(answer))
  } else {
    printMessage(terminal, refusal.message)
  }
  return refusal?.exitCode ?? exitCodes.ok
}
