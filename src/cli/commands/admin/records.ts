import type { Command } from 'commander'
import {
  type AdminOptions,
  addAdminOptions,
} from '../../admin/session-options.ts'
import { assertIdentifier, runTasks, type Task } from '../../admin/run-commands.ts'
import {
  addValueOptions,
  parseValueOptions,
  type ValueOptions,
} from '../../admin/value-options.ts'
import { addExamples, type CommandContext, wholeNumber } from '../../command.ts'
import { counted } from '../../format.ts'
import { printable } from '../../terminal.ts'

interface CreateOptions extends AdminOptions, ValueOptions {
  readonly overwrite?: boolean
  readonly mint?: boolean
}

const indexMax = 0xffffffff

/** `suibiao create`, `add`, `modify`, `remove` and `delete`. */
export function addRecordCommands(program: Command, context: CommandContext): void {
  addCreate(program, context)
  addAdd(program, context)
  addModify(program, context)
  addRemove(program, context)
  addDelete(program, context)
}

function addCreate(program: Command, context: CommandContext): void {
  const command = addAdminOptions(addValueOptions(program.command('create')
    .argument('<identifier>', 'such as 88.118.8/P1; with --mint, what the suffix is appended to')))
    .option('--overwrite', 'replace the record if there is one')
    .option('--mint', 'let the server append a suffix of its own')
    .action(async (text: string, options: CreateOptions) => {
      const handle = assertIdentifier(text)
      const values = await parseValueOptions(options)
      const { overwrite = false, mint = false } = options
      await run({
        name: text,
        command: { kind: 'create', handle, values, overwrite, mint },
        done: (answer) => `created ${printable(answer.handle === '' ? text : answer.handle)}`,
      }, options, context)
    })
  addExamples(command, [
    "suibiao create 88.118.8/P1 --value '1 URL 86400 1110 https://node.example' \\",
    '    --admin 300:0.NA/88.118.8',
    'suibiao create 88.118.8/P1 --values values.json --auth 301:0.NA/88 --secret-file secret.txt',
    "suibiao create 88.118.8/ --mint --value '1 DESC 86400 1110 a batch' --json",
  ])
}

function addAdd(program: Command, context: CommandContext): void {
  const command = addAdminOptions(addValueOptions(program.command('add')
    .argument('<identifier>', 'such as 88.118.8/P1')))
    .option('--overwrite', 'replace values of the same indexes')
    .action(async (text: string, options: CreateOptions) => {
      const handle = assertIdentifier(text)
      const values = await parseValueOptions(options)
      const { overwrite = false } = options
      await run({
        name: text,
        command: { kind: 'add', handle, values, overwrite },
        done: () => `added ${counted(values.length, 'value')} to ${printable(text)}`,
      }, options, context)
    })
  addExamples(command, [
    "suibiao add 88.118.8/P1 --value '2 EMAIL 86400 1110 ops@node.example'",
    "suibiao add 88.118.8/P1 --value '300 HS_PUBKEY 86400 1110 @pubkey.bin' --overwrite",
  ])
}

function addModify(program: Command, context: CommandContext): void {
  const command = addAdminOptions(addValueOptions(program.command('modify')
    .argument('<identifier>', 'such as 88.118.8/P1')))
    .action(async (text: string, options: CreateOptions) => {
      const handle = assertIdentifier(text)
      const values = await parseValueOptions(options)
      await run({
        name: text,
        command: { kind: 'modify', handle, values },
        done: () => `modified ${counted(values.length, 'value')} of ${printable(text)}`,
      }, options, context)
    })
  addExamples(command, [
    "suibiao modify 88.118.8/P1 --value '1 URL 86400 1110 https://new.node.example'",
  ])
}

function addRemove(program: Command, context: CommandContext): void {
  const command = addAdminOptions(program.command('remove')
    .argument('<identifier>', 'such as 88.118.8/P1')
    .argument('<index...>', 'indexes of the values'))
    .action(async (text: string, texts: string[], options: AdminOptions) => {
      const handle = assertIdentifier(text)
      const indexes = texts.map(wholeNumber(1, indexMax))
      await run({
        name: text,
        command: { kind: 'remove', handle, indexes },
        done: () => `removed ${counted(indexes.length, 'value')} of ${printable(text)}`,
      }, options, context)
    })
  addExamples(command, ['suibiao remove 88.118.8/P1 2 3'])
}

function addDelete(program: Command, context: CommandContext): void {
  const command = addAdminOptions(program.command('delete')
    .argument('<identifier...>', 'such as 88.118.8/P1'))
    .action(async (texts: string[], options: AdminOptions) => {
      const tasks = texts.map((text): Task => ({
        name: text,
        command: { kind: 'delete', handle: assertIdentifier(text) },
        done: () => `deleted ${printable(text)}`,
      }))
      context.finish(await runTasks(tasks, options, context.terminal))
    })
  addExamples(command, [
    'suibiao delete 88.118.8/P1 88.118.8/P2',
    'suibiao delete 88.118.8/P1 --auth 300:0.NA/88.118.8 --key privkey.bin --json',
  ])
}

async function run(task: Task, options: AdminOptions, context: CommandContext): Promise<void> {
  context.finish(await runTasks([task], options, context.terminal))
}
