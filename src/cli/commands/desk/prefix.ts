import { type Command, Argument } from 'commander'
import { HOSTING_ACTIONS } from '../../../desk/workflow.ts'
import { addExamples, type CommandContext } from '../../command.ts'
import { addStep } from '../../desk/application.ts'
import { addDeskOptions, type DeskOptions, withDesk } from '../../desk/desk-options.ts'
import { readPublicKey } from '../../desk/public-key.ts'
import { APPLICATION_HEAD, applicationLine, applicationRow, formatState, printDone, printEntries,
  printFields } from '../../desk/show.ts'
import { addReports } from './reports.ts'

interface HostingOptions extends DeskOptions {
  readonly reason?: string
}

/** `suibiao prefix` and its commands. */
export function addPrefix(program: Command, context: CommandContext): void {
  const group = program.command('prefix')
  const { terminal } = context
  addExamples(addDeskOptions(group.command('list')
    .description('list the prefixes in use; apply list has those in other states'))
    .action((options: DeskOptions) => withDesk(options, context, (desk) =>
      printEntries(desk.fetchPrefixes(), APPLICATION_HEAD, applicationRow, options, terminal))),
  ['suibiao prefix list', 'suibiao prefix list --json'])

  addExamples(addDeskOptions(group.command('show')
    .description('show a prefix')
    .argument('<prefix>', 'such as 88.118.8'))
    .action((prefix: string, options: DeskOptions) => withDesk(options, context, async (desk) =>
      printFields(await desk.fetchPrefix(prefix), options, terminal))),
  ['suibiao prefix show 88.118.8'])

  addStep(group, context, 'suspend', 'take a prefix out of use; its data stays',
    ['--reason "licence expired"'])
  addStep(group, context, 'resume', 'put a suspended prefix into use again')
  addStep(group, context, 'request-deletion', 'ask for a suspended prefix to be deleted')
  addStep(group, context, 'cancel-deletion', 'take that back')
  addStep(group, context, 'delete', 'delete a prefix for which that was asked; for good')
  addKey(group, context)
  addHosting(group, context)
  addReports(group, context)
  addExamples(group, [
    'suibiao prefix list', 'suibiao prefix hosting 88.118.8 request',
    'suibiao prefix suspend 88.118.8 --reason "licence expired"',
  ])
}

function addKey(group: Command, context: CommandContext): void {
  addExamples(addDeskOptions(group.command('key')
    .description('set the public key of a prefix, the HS_PUBKEY of its record')
    .argument('<prefix>', 'such as 88.118.8')
    .argument('<file>', 'RSA key in any format that suibiao key makes'))
    .action((prefix: string, file: string, options: DeskOptions) =>
      withDesk(options, context, async (desk) => {
        const publicKey = await readPublicKey(file, context.terminal)
        const { version } = await desk.fetchPrefix(prefix)
        const changed = await desk.setPublicKey(prefix, version, publicKey)
        return printDone(`${prefix} has a new key`, changed, options, context.terminal)
      })), ['suibiao prefix key 88.118.8 pubkey.bin'])
}

function addHosting(group: Command, context: CommandContext): void {
  addExamples(addDeskOptions(group.command('hosting')
    .description('ask for hosting 托管, grant or refuse it, or end it')
    .argument('<prefix>', 'such as 88.118.8')
    .addArgument(new Argument('<action>', 'what to do').choices(HOSTING_ACTIONS))
    .option('--reason <text>', 'why; a refusal needs it'))
    .action((prefix: string, action: string, options: HostingOptions) =>
      withDesk(options, context, async (desk) => {
        const moved = await desk.moveHosting(prefix, action, options.reason)
        const line = `${applicationLine(moved)}, ${formatState(moved.hosting)}`
        return printDone(line, moved, options, context.terminal)
      })), [
    'suibiao prefix hosting 88.118.8 request', 'suibiao prefix hosting 88.118.8 approve',
  ])
}
