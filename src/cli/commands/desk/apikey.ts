import { writeFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { Key } from '../../../client/desk-api-views.ts'
import { KEY_DAYS_DEFAULT, KEY_DAYS_MAX } from '../../../desk/limits.ts'
import { SCOPES } from '../../../desk/roles.ts'
import { addExamples, type CommandContext, namesOf, wholeNumber } from '../../command.ts'
import { addDeskOptions, type DeskOptions, withDesk } from '../../desk/desk-options.ts'
import { printDone, printEntries } from '../../desk/show.ts'
import { exitCodes } from '../../exit-codes.ts'
import { assertFree } from '../../keys/key-files.ts'
import { printable, printLine, printMessage } from '../../terminal.ts'

interface CreateOptions extends DeskOptions {
  readonly scope: readonly string[]
  readonly days: number
  readonly output?: string
}

const lineScopes = 5
const scopesText = Array.from({ length: Math.ceil(SCOPES.length / lineScopes) }, (_, i) =>
  SCOPES.slice(i * lineScopes, (i + 1) * lineScopes).join(', ')).join(',\n')

/** `suibiao apikey` and its commands. */
export function addApikey(program: Command, context: CommandContext): void {
  const group = program.command('apikey')
  const { terminal } = context
  addCreate(group, context)
  addExamples(addDeskOptions(group.command('list')
    .description('list the API keys of one’s organisation'))
    .action((options: DeskOptions) => withDesk(options, context, (desk) =>
      printEntries(desk.fetchKeys(), ['id', 'name', 'until', 'scopes'], keyRow, options,
        terminal))), ['suibiao apikey list'])

  addExamples(addDeskOptions(group.command('revoke')
    .description('revoke an API key at once')
    .argument('<id>', 'such as key_0198…'))
    .action((id: string, options: DeskOptions) => withDesk(options, context, async (desk) => {
      const key = await desk.revokeKey(id)
      return printDone(`revoked ${key.name} (${key.id})`, key, options, terminal)
    })), ['suibiao apikey revoke key_0198…'])

  addExamples(group, [
    'suibiao apikey create connector --scope identifier:write --output key.txt',
    'suibiao apikey list',
  ])
}

function addCreate(group: Command, context: CommandContext): void {
  const scope = new Option('--scope <scope>', 'what it may do; repeatable, or with commas')
    .argParser((text: string, before: readonly string[] | undefined) =>
      [...before ?? [], ...parseScopes(text)])
    .makeOptionMandatory()
  addExamples(addDeskOptions(group.command('create')
    .description('make an API key; it is shown this once')
    .argument('<name>', 'what it is for')
    .addOption(scope)
    .option('--days <number>', 'how long it lasts', wholeNumber(1, KEY_DAYS_MAX), KEY_DAYS_DEFAULT)
    .option('--output <file>', 'write it into a new file that only its owner can read'))
    .addHelpText('after', `\nScopes: ${scopesText}`)
    .action((name: string, options: CreateOptions) => withDesk(options, context, async (desk) => {
      const { terminal } = context
      const { output, scope, days } = options
      if (output !== undefined) assertFree(output, false)
      const key = await desk.createKey({ name, scopes: scope, expiresInDays: days })
      const { secret, ...shown } = key
      const id = printable(key.id)
      if (secret === null) {
        printMessage(terminal, `${id} was made, but its answer was lost; revoke it, try again`)
        return exitCodes.failure
      }
      if (output !== undefined) {
        writeFileSync(output, `${secret}\n`, { mode: 0o600, flag: 'wx' })
        return printDone(`${id} is in ${output}`, shown, options, terminal)
      }
      printLine(terminal, options.json === true ? JSON.stringify(key) : printable(secret))
      printMessage(terminal, `this is ${id}; keep it, it is shown this once`)
      return exitCodes.ok
    })), [
    'suibiao apikey create connector --scope identifier:write --output key.txt',
    'suibiao apikey create reports --scope prefix:read,identifier:read --days 90',
  ])
}

const parseScopes = namesOf('scope', SCOPES)

const keyRow = ({ id, name, scopes, expiresAt, revokedAt }: Key): string[] => {
  const until = revokedAt === null ? expiresAt ?? 'no end' : `revoked ${revokedAt}`
  return [id, name, until, scopes.join(' ')]
}
