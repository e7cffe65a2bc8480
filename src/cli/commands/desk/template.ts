import type { Command } from 'commander'
import type { DeskApi } from '../../../client/desk-api.ts'
import type { Template } from '../../../client/desk-api-views.ts'
import { CliError } from '../../cli-error.ts'
import { addExamples, type CommandContext } from '../../command.ts'
import { addDeskOptions, type DeskOptions, withDesk } from '../../desk/desk-options.ts'
import { readJson } from '../../desk/input.ts'
import { formatState, printDone, printEntries } from '../../desk/show.ts'
import { exitCodes } from '../../exit-codes.ts'
import { counted } from '../../format.ts'
import { formatTable } from '../../table.ts'
import { printable, printLine, type Terminal } from '../../terminal.ts'

/** `suibiao template` and its commands. */
export function addTemplate(program: Command, context: CommandContext): void {
  const group = program.command('template')
  const { terminal } = context
  addExamples(addDeskOptions(group.command('list')
    .description('list the templates of a prefix')
    .argument('<prefix>', 'such as 88.118.8'))
    .action((prefix: string, options: DeskOptions) => withDesk(options, context, (desk) =>
      printEntries(desk.fetchTemplates(prefix), ['version', 'state', 'items', 'updated'],
        templateRow, options, terminal))), ['suibiao template list 88.118.8'])

  addExamples(addVersioned(group.command('show').description('show a version of a template'))
    .action((prefix: string, version: string, options: DeskOptions) =>
      withDesk(options, context, async (desk) => {
        const template = await desk.fetchTemplate(prefix, version)
        if (options.json === true) printLine(terminal, JSON.stringify(template))
        else printTemplate(template, terminal)
        return exitCodes.ok
      })), ['suibiao template show 88.118.8 car-1', 'suibiao template show 88.118.8 car-1 --json'])

  addWriting(group, context, 'create', 'draft a version of a template',
    (desk, prefix, _version, body) => desk.createTemplate(prefix, body))
  addWriting(group, context, 'change', 'change a draft; what was published never changes',
    async (desk, prefix, version, body) => {
      const { revision } = await desk.fetchTemplate(prefix, version)
      return desk.changeTemplate(prefix, version, revision, body)
    })
  addMove(group, context, 'publish', 'publish a template, so that registrations may name it')
  addMove(group, context, 'withdraw', 'withdraw a template; what was registered by it stays')

  addExamples(addVersioned(group.command('delete')
    .description('delete a draft that was never published'))
    .action((prefix: string, version: string, options: DeskOptions) =>
      withDesk(options, context, async (desk) => {
        await desk.deleteTemplate(prefix, version)
        const gone = { prefix, version, deleted: true }
        return printDone(`deleted ${version} of ${prefix}`, gone, options, terminal)
      })), ['suibiao template delete 88.118.8 car-2'])

  addExamples(group, [
    'suibiao template create 88.118.8 car-1.json', 'suibiao template publish 88.118.8 car-1',
    'suibiao template list 88.118.8',
  ])
}

function addVersioned(command: Command): Command {
  return addDeskOptions(command
    .argument('<prefix>', 'such as 88.118.8')
    .argument('<version>', 'of the template'))
}

function addWriting(
  group: Command, context: CommandContext, name: string, description: string,
  write: (desk: DeskApi, prefix: string, version: string, body: unknown) => Promise<Template>,
): void {
  addExamples(addDeskOptions(group.command(name)
    .description(description)
    .argument('<prefix>', 'such as 88.118.8')
    .argument('<file>', 'the template as JSON, or - for standard input'))
    .addHelpText('after', `
The file holds {"version": "car-1", "items": [{"name": "名称", "type": "NAME", "index": 2000,
"dataType": "text", "required": true}]}; /docs on the node shows every field.`)
    .action((prefix: string, file: string, options: DeskOptions) =>
      withDesk(options, context, async (desk) => {
        const body = await readJson(file)
        const { version } = body
        if (typeof version !== 'string') {
          throw new CliError(exitCodes.usage, `${file} names no "version"; add it`)
        }
        const template = await write(desk, prefix, version, body)
        return printDone(lineOf(template), template, options, context.terminal)
      })), [`suibiao template ${name} 88.118.8 car-1.json`])
}

function addMove(
  group: Command, context: CommandContext, action: string, description: string,
): void {
  addExamples(addVersioned(group.command(action).description(description))
    .action((prefix: string, version: string, options: DeskOptions) =>
      withDesk(options, context, async (desk) => {
        const moved = await desk.moveTemplate(prefix, version, action)
        return printDone(lineOf(moved), moved, options, context.terminal)
      })), [`suibiao template ${action} 88.118.8 car-1`])
}

const templateRow = ({ version, state, items, updatedAt }: Template): string[] =>
  [version, formatState(state), String(items.length), updatedAt]

const lineOf = ({ prefix, version, state, items }: Template): string =>
  `${version} of ${prefix} is ${formatState(state)}, ${counted(items.length, 'item')}`

function printTemplate(template: Template, terminal: Terminal): void {
  const rows = template.items.map(({ index, type, dataType, minLength, maxLength, ...item }) => [
    String(index), printable(type), printable(dataType), `${minLength}-${maxLength}`,
    ['required', 'unique', 'disabled'].filter((rule) => item[rule] === true).join(' ') || '-',
    printable(item.name),
  ])
  printLine(terminal, printable(lineOf(template)))
  const head = ['index', 'type', 'data', 'length', 'rules', 'name']
  printLine(terminal, formatTable(head, rows, terminal))
}
