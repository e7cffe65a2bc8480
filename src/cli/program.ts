import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addPrefixCommands } from './commands/admin/prefixes.ts'
import { addRecordCommands } from './commands/admin/records.ts'
import { addBatch } from './commands/batch.ts'
import { addExport } from './commands/export.ts'
import { addImport } from './commands/import.ts'
import { addInfo } from './commands/info.ts'
import { addKey } from './commands/key/key.ts'
import { addResolve } from './commands/resolve.ts'
import { addServe } from './commands/serve.ts'
import { addTrace } from './commands/trace.ts'
import { addVerify } from './commands/verify.ts'
import { addExamples, type CommandContext } from './command.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { reportError } from './report-error.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** The program with all its commands; nothing runs yet. */
export function createProgram(context: CommandContext): Command {
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
  addServe(program, context)
  addResolve(program, context)
  addTrace(program, context)
  addImport(program, context)
  addExport(program, context)
  addInfo(program, context)
  addVerify(program, context)
  addRecordCommands(program, context)
  addPrefixCommands(program, context)
  addBatch(program, context)
  addKey(program, context)
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
  const program = createProgram({ terminal, finish: (code) => { exitCode = code } })
  try {
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
