import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { COMMAND_FILES } from './command-files.ts'
import { addExamples, type CommandContext } from './command.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { reportError } from './report-error.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/**
 * The program with the command that a command line names. Of the others it has only what its help
 * says of them, so that nothing else is loaded. Nothing runs yet.
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
  const asked = args.find((arg) => arg !== 'help' && !arg.startsWith('-'))
  for (const { commands, load } of COMMAND_FILES) {
    const names = Object.keys(commands)
    if (names.some((name) => name === asked)) (await load())(program, context)
    else for (const name of names) program.command(name)
    for (const command of program.commands.slice(-names.length)) {
      command.description(commands[command.name()] ?? '')
    }
  }
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
    await program.parseAsync(helpArgs(args), { from: 'user' })
    return exitCode
  } catch (error) {
    return reportError(error, terminal)
  }
}

/** `help org join` asks for what `org join --help` shows; commander would show that of `org`. */
function helpArgs(args: readonly string[]): string[] {
  const [first, ...names] = args
  return first === 'help' && names.length > 1 ? [...names, '--help'] : [...args]
}

/** The version of the package that this file belongs to. */
export function loadVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const parsed: unknown = JSON.parse(text)
  const found = typeof parsed === 'object' && parsed !== null && 'version' in parsed
  return found && typeof parsed.version === 'string' ? parsed.version : 'unknown'
}
