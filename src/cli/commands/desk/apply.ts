import { type Command, Option } from 'commander'
import type { Application, JournalEntry } from '../../../client/desk-api-views.ts'
import { STATES } from '../../../desk/workflow.ts'
import { addExamples, type CommandContext } from '../../command.ts'
import { addStep, fetchTarget } from '../../desk/application.ts'
import { addDeskOptions, type DeskOptions, withDesk } from '../../desk/desk-options.ts'
import { addEndpointOption, type EndpointOptions } from '../../desk/input.ts'
import { readPublicKey } from '../../desk/public-key.ts'
import { APPLICATION_HEAD, applicationLine, applicationRow, printDone, printEntries,
  printFields } from '../../desk/show.ts'
import type { Terminal } from '../../terminal.ts'

interface ApplyOptions extends DeskOptions, EndpointOptions {
  readonly organisation?: string
  readonly publicKey?: string
  readonly remarks?: string
}

interface ListOptions extends DeskOptions {
  readonly state?: string
  readonly organisation?: string
}

/** `suibiao apply` and its commands. */
export function addApply(program: Command, context: CommandContext): void {
  const group = program.command('apply')
  const { terminal } = context
  addNew(group, context)
  addMend(group, context)
  addStep(group, context, 'withdraw', 'take an application back')

  addExamples(addDeskOptions(group.command('list')
    .description('list one’s applications and those that one reviews')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--organisation <id>', 'only those of this organisation'))
    .action((options: ListOptions) => withDesk(options, context, (desk) =>
      printEntries(desk.fetchApplications(
        { state: options.state, organisation: options.organisation },
      ), APPLICATION_HEAD, applicationRow, options, terminal))),
  ['suibiao apply list', 'suibiao apply list --state rejected --json'])

  addExamples(addDeskOptions(group.command('show')
    .description('show an application')
    .argument('<prefix>', 'such as 88.118.8, or the id of its application'))
    .action((target: string, options: DeskOptions) => withDesk(options, context, async (desk) =>
      printFields(await fetchTarget(desk, target), options, terminal))),
  ['suibiao apply show 88.118.8'])

  addExamples(addDeskOptions(group.command('journal')
    .description('show what was done with an application: when, by whom, why')
    .argument('<prefix>', 'such as 88.118.8, or the id of its application'))
    .action((target: string, options: DeskOptions) => withDesk(options, context, async (desk) => {
      const { id } = await fetchTarget(desk, target)
      const head = ['at', 'actor', 'action', 'before', 'after', 'reason']
      return printEntries(desk.fetchJournal(id), head, journalRow, options, terminal)
    })), ['suibiao apply journal 88.118.8'])

  addExamples(group, [
    'suibiao apply new 88.118.8 --public-key pubkey.bin',
    'suibiao apply list --state rejected',
    'suibiao apply mend 88.118.8 --remarks "licence added"',
  ])
}

function addNew(group: Command, context: CommandContext): void {
  addExamples(addApplicationOptions(group.command('new')
    .description('apply for a prefix')
    .argument('<prefix>', 'such as 88.118 or 88.118.8')
    .option('--organisation <id>', 'for an organisation that one has taken on'))
    .action((prefix: string, options: ApplyOptions) =>
      withDesk(options, context, async (desk) => {
        const made = await desk.apply({
          prefix, organisation: options.organisation,
          ...await readChanges(options, context.terminal),
        })
        return printDone(applicationLine(made), made, options, context.terminal)
      })), [
    'suibiao apply new 88.118.8',
    'suibiao apply new 88.118.8 --public-key pubkey.bin --endpoint 192.0.2.7,tcp=2641,http=8000',
  ])
}

/** What is not named stays as it is; the interface itself replaces everything. */
function addMend(group: Command, context: CommandContext): void {
  addExamples(addApplicationOptions(group.command('mend')
    .description('mend an application that waits or was rejected, and submit it again')
    .argument('<prefix>', 'such as 88.118.8, or the id of its application'))
    .action((target: string, options: ApplyOptions) =>
      withDesk(options, context, async (desk) => {
        const before = await fetchTarget(desk, target)
        const changes = await readChanges(options, context.terminal)
        const mended = await desk.mendApplication(
          before.id, before.version, { ...inputOf(before), ...changes })
        return printDone(applicationLine(mended), mended, options, context.terminal)
      })), ['suibiao apply mend 88.118.8 --remarks "licence added"', 'suibiao apply mend 88.118.8'])
}

function addApplicationOptions(command: Command): Command {
  return addDeskOptions(addEndpointOption(command
    .option('--public-key <file>', 'RSA key of the prefix, in any format that suibiao key makes')
    .option('--remarks <text>', 'what the reviewers should know')))
}

async function readChanges(
  { publicKey, endpoint, remarks }: ApplyOptions, terminal: Terminal,
): Promise<Readonly<Record<string, unknown>>> {
  return {
    ...(publicKey === undefined ? {} : { publicKey: await readPublicKey(publicKey, terminal) }),
    ...(endpoint.length === 0 ? {} : { route: { endpoints: endpoint } }),
    ...(remarks === undefined ? {} : { remarks }),
  }
}

/** What an application asks for, as it would be sent again. */
function inputOf({ publicKey, route, remarks }: Application): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries({ publicKey, route, remarks }).filter(([, value]) => value !== null))
}

const journalRow = ({ at, actor, action, before, after, reason }: JournalEntry): string[] =>
  [at, actor, action, before ?? '-', after ?? '-', reason ?? '-']
