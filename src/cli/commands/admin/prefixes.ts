import type { Command } from 'commander'
import { foldAscii } from '../../../identifier/identifier.ts'
import { refusalOf } from '../../admin/answer-text.ts'
import { runTasks, type Task, withClient } from '../../admin/run-commands.ts'
import { addAdminOptions, type AdminOptions } from '../../admin/session-options.ts'
import { CODE } from '../../../wire/layout.ts'
import { CliError } from '../../cli-error.ts'
import { addExamples, type CommandContext } from '../../command.ts'
import { type ExitCode, exitCodes } from '../../exit-codes.ts'
import { printable, printLine, printMessage } from '../../terminal.ts'

const prefixRecordPrefix = /^0\.na\//i

/** `suibiao list`, `home` and `unhome`. */
export function addPrefixCommands(program: Command, context: CommandContext): void {
  addList(program, context)
  addHoming(program, context, 'home')
  addHoming(program, context, 'unhome')
}

function addList(program: Command, context: CommandContext): void {
  const command = addAdminOptions(program.command('list')
    .argument('[prefix]', 'such as 88.118.8'))
    .action(async (text: string | undefined, options: AdminOptions) => {
      context.finish(await list(text, options, context))
    })
  addExamples(command, ['suibiao list', 'suibiao list 88.118.8', 'suibiao list 88.118.8 | wc -l'])
}

function addHoming(program: Command, context: CommandContext, kind: 'home' | 'unhome'): void {
  const command = addAdminOptions(program.command(kind)
    .argument('<prefix...>', 'such as 88.118.8'))
    .action(async (texts: string[], options: AdminOptions) => {
      const tasks = texts.map((text): Task => {
        const prefix = assertPrefix(text)
        return { name: prefix, command: { kind, prefix }, done: () => `${kind}d ${prefix}` }
      })
      context.finish(await runTasks(tasks, options, context.terminal))
    })
  addExamples(command, [`suibiao ${kind} 88.118.8`, `suibiao ${kind} 88.118.8 88.118.9 --json`])
}

/** Names are printed as they come, so that a long listing needs no memory. */
async function list(
  text: string | undefined,
  options: AdminOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const prefix = text === undefined ? undefined : assertPrefix(text)
  const command = prefix === undefined
    ? { kind: 'list-prefixes' } as const
    : { kind: 'list', prefix, after: null, offset: 0, countMax: Infinity } as const
  return withClient(options, terminal, async (client) => {
    const answer = await client.execute(command, (names) => {
      for (const name of names) {
        printLine(terminal, options.json === true ? JSON.stringify(name) : printable(name))
      }
    })
    if (answer.code === CODE.success) return exitCodes.ok
    const { message, exitCode } = refusalOf(prefix ?? 'the list of prefixes', answer)
    printMessage(terminal, message)
    return exitCode
  })
}

/** A prefix as people write it, with or without `0.NA/`; folded. @throws CliError */
function assertPrefix(text: string): string {
  const bare = text.replace(prefixRecordPrefix, '')
  if (bare !== '' && !/[/\s\p{C}]/u.test(bare)) return foldAscii(bare)
  const what = `"${printable(text)}" is no prefix`
  throw new CliError(exitCodes.usage, `${what}; write what stands before the slash: 88.118.8`)
}
