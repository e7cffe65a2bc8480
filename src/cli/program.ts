import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addExamples, type CommandContext } from './command.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { reportError } from './report-error.ts'
import { createTerminal, type Terminal } from './terminal.ts'

type AddCommand = (program: Command, context: CommandContext) => void

interface CommandFile {
  readonly names: readonly string[]
  readonly load: () => Promise<AddCommand>
}

/** Where each command is, in the order of the help. What it needs is loaded with it. */
const COMMAND_FILES: readonly CommandFile[] = [
  { names: ['serve'], load: async () => (await import('./commands/serve.ts')).addServe },
  { names: ['resolve'], load: async () => (await import('./commands/resolve.ts')).addResolve },
  { names: ['trace'], load: async () => (await import('./commands/trace.ts')).addTrace },
  { names: ['import'], load: async () => (await import('./commands/import.ts')).addImport },
  { names: ['export'], load: async () => (await import('./commands/export.ts')).addExport },
  { names: ['info'], load: async () => (await import('./commands/info.ts')).addInfo },
  { names: ['verify'], load: async () => (await import('./commands/verify.ts')).addVerify },
  {
    names: ['create', 'add', 'modify', 'remove', 'delete'],
    load: async () => (await import('./commands/admin/records.ts')).addRecordCommands,
  },
  {
    names: ['list', 'home', 'unhome'],
    load: async () => (await import('./commands/admin/prefixes.ts')).addPrefixCommands,
  },
  { names: ['batch'], load: async () => (await import('./commands/batch.ts')).addBatch },
  { names: ['key'], load: async () => (await import('./commands/key/key.ts')).addKey },
  { names: ['org'], load: async () => (await import('./commands/desk/org.ts')).addOrg },
  { names: ['apply'], load: async () => (await import('./commands/desk/apply.ts')).addApply },
  { names: ['review'], load: async () => (await import('./commands/desk/review.ts')).addReview },
  { names: ['prefix'], load: async () => (await import('./commands/desk/prefix.ts')).addPrefix },
  { names: ['route'], load: async () => (await import('./commands/desk/route.ts')).addRoute },
  {
    names: ['template'],
    load: async () => (await import('./commands/desk/template.ts')).addTemplate,
  },
  {
    names: ['register'],
    load: async () => (await import('./commands/desk/register.ts')).addRegister,
  },
  { names: ['apikey'], load: async () => (await import('./commands/desk/apikey.ts')).addApikey },
]

/**
 * The program with the command that a command line begins with, or with all of them, since then
 * it asks for help or is wrong. Nothing runs yet.
 */
async function createProgram(context: CommandContext, args: readonly string[]): Promise<Command> {
  const { terminal } = context
  const program = new Command('suibiao')
    .description('Suibiao 穗标: an identifier resolution node for the industrial internet')
    .version(loadVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    // Names alone: what a command takes is said by its own help.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => { terminal.output.write(text) },
      writeErr: (text) => { terminal.messages.write(text) },
      // The error is told once, by reportError.
      outputError: () => undefined,
    })
  const asked = COMMAND_FILES.filter(({ names }) => names.includes(args[0] ?? ''))
  const files = asked.length > 0 ? asked : COMMAND_FILES
  for (const add of await Promise.all(files.map(({ load }) => load()))) add(program, context)
  return addExamples(program, [
    'suibiao serve --seed demo',
    'suibiao resolve 88.118.8/P0001',
    'suibiao import records.ndjson --data ./data',
    "suibiao create 88.118.8/P1 --value '1 URL 86400 1110 https://node.example'",
    'suibiao help resolve',
  ])
}

/**
 * Runs the program.
 * @param args the command line after the program's name
 * @returns the exit code, when the command has ended
 */
export async function runProgram(
  args: readonly string[],
  terminal: Terminal = createTerminal(),
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok
  try {
    const context: CommandContext = { terminal, finish: (code) => { exitCode = code } }
    const program = await createProgram(context, args)
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    return reportError(error, terminal)
  }
}

/** The version of the package that this file belongs to. */
export function loadVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const parsed: unknown = JSON.parse(text)
  const found = typeof parsed === 'object' && parsed !== null && 'version' in parsed
  return found && typeof parsed.version === 'string' ? parsed.version : 'unknown'
}
