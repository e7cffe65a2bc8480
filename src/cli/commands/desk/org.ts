import type { Command } from 'commander'
import type { Organisation } from '../../../client/desk-api-views.ts'
import { addExamples, type CommandContext } from '../../command.ts'
import { addDeskOptions, type DeskOptions, withDesk } from '../../desk/desk-options.ts'
import { readJson } from '../../desk/input.ts'
import { applicationLine, printDone, printEntries, printFields } from '../../desk/show.ts'

/** `suibiao org` and its commands. */
export function addOrg(program: Command, context: CommandContext): void {
  const group = program.command('org')
  const { terminal } = context
  addExamples(addDeskOptions(group.command('list')
    .description('list the organisations that one may see'))
    .action((options: DeskOptions) => withDesk(options, context, (desk) =>
      printEntries(desk.fetchOrganisations(), ['id', 'level', 'joined', 'name'], organisationRow,
        options, terminal))), ['suibiao org list', 'suibiao org list --json'])

  addExamples(addDeskOptions(group.command('show')
    .description('show an organisation')
    .argument('<id>', 'such as org_0198…'))
    .action((id: string, options: DeskOptions) => withDesk(options, context, async (desk) =>
      printFields(await desk.fetchOrganisation(id), options, terminal))),
  ['suibiao org show org_0198…', 'suibiao org show org_0198… --json > org.json'])

  addExamples(addDeskOptions(group.command('create')
    .description('take an organisation on below one’s own')
    .argument('<file>', 'its details as JSON, or - for standard input'))
    .action((file: string, options: DeskOptions) => withDesk(options, context, async (desk) => {
      const made = await desk.createOrganisation(await readJson(file))
      return printDone(`took on ${lineOf(made)}`, made, options, terminal)
    })), ['suibiao org create details.json', 'suibiao org create - < details.json'])

  addChange(group, context)
  addJoin(group, context)
  addExamples(group, [
    'suibiao org list', 'suibiao org join join.json --server https://desk.example:8443',
    'suibiao org show --help',
  ])
}

function addChange(group: Command, context: CommandContext): void {
  addExamples(addDeskOptions(group.command('change')
    .description('replace what is known of an organisation')
    .argument('<id>', 'such as org_0198…')
    .argument('<file>', 'what show --json printed, changed; or the details alone; - for input'))
    .action((id: string, file: string, options: DeskOptions) =>
      withDesk(options, context, async (desk) => {
        const json = await readJson(file)
        // What was shown says which version its reader has seen.
        const shown = 'details' in json && typeof json['version'] === 'number'
        const version = shown ? Number(json['version']) : (await desk.fetchOrganisation(id)).version
        const changed = await desk.changeOrganisation(id, version, shown ? json['details'] : json)
        return printDone(`changed ${lineOf(changed)}`, changed, options, context.terminal)
      })), ['suibiao org change org_0198… org.json'])
}

function addJoin(group: Command, context: CommandContext): void {
  const command = addDeskOptions(group.command('join')
    .description('register a new organisation, its first user and the prefix wanted; no key needed')
    .argument('<file>', 'JSON, or - for standard input'))
    .addHelpText('after', `
The file holds {"organisation": {…}, "user": {"userName": …, "password": …},
"application": {"prefix": "88.118.8"}}; /docs on the node shows every field.`)
    .action((file: string, options: DeskOptions) => withDesk(options, context, async (desk) => {
      const joined = await desk.join(await readJson(file))
      const line = `registered ${joined.organisation}; ${applicationLine(joined.application)}`
      return printDone(line, joined, options, context.terminal)
    }, 'as nobody'))
  addExamples(command, ['suibiao org join join.json',
    'suibiao org join - --server https://desk.example:8443 < join.json'])
}

const nameOf = ({ details }: Organisation): string => {
  const { name } = details
  return typeof name === 'string' ? name : '-'
}

const lineOf = (organisation: Organisation): string =>
  `${nameOf(organisation)} (${organisation.id})`

const organisationRow = (organisation: Organisation): string[] => {
  const { id, level, parent } = organisation
  return [id, level, parent ?? '-', nameOf(organisation)]
}
