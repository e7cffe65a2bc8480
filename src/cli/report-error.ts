import { CommanderError } from 'commander'
import { CliError } from './cli-error.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { printMessage, type Terminal } from './terminal.ts'

/** Errors whose message is already a line for people, by class name, from modules below. */
const SPOKEN: ReadonlyMap<string, ExitCode> = new Map([
  ['ConfigError', exitCodes.usage],
  ['DataLockedError', exitCodes.failure],
  ['DataFolderError', exitCodes.failure],
  ['StoreOpenError', exitCodes.failure],
  ['LineThreadError', exitCodes.failure],
  ['AddressError', exitCodes.failure],
  ['CertificateError', exitCodes.failure],
  ['NodeKeyError', exitCodes.failure],
])

/**
 * Tells what went wrong in one line, `suibiao: what; what to do`; only a mistake of the program
 * itself also shows where it happened. @returns the exit code
 */
export function reportError(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return reportUsage(error, terminal)
  if (error instanceof CliError) {
    printMessage(terminal, oneLine(error.message))
    return error.exitCode
  }
  if (error instanceof Error) {
    const spoken = SPOKEN.get(error.constructor.name)
    const line = spoken === undefined ? systemLine(error) : error.message
    if (line !== undefined) {
      printMessage(terminal, oneLine(line))
      return spoken ?? exitCodes.failure
    }
  }
  printMessage(terminal, 'this is a mistake in the program; please report it with what follows')
  const shown = error instanceof Error ? error.stack ?? error.message : String(error)
  terminal.messages.write(`${shown}\n`)
  return exitCodes.failure
}

function reportUsage(error: CommanderError, terminal: Terminal): ExitCode {
  if (error.exitCode === 0) return exitCodes.ok
  if (error.code === 'commander.help') return exitCodes.usage
  const what = oneLine(error.message.replace(/^error: /, '')).replace(/\.$/, '')
  printMessage(terminal, `${what}; --help shows what there is`)
  return exitCodes.usage
}

/** A line for errors of the system and of the database, which name themselves by a code. */
function systemLine(error: Error): string | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') {
    return 'the database in the data folder is damaged; restore it from a copy or choose '
      + 'another folder with --data'
  }
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return 'there is no space left on the disk; make room and start again'
  }
  if (code.startsWith('SQLITE_')) {
    return `the database can't be used (${code}: ${error.message}); check the data folder`
  }
  if (!('syscall' in error)) return undefined
  const path = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : ''
  switch (code) {
    case 'ENOENT':
      return `${path}there is no such file; check the name`
    case 'EISDIR':
      return `${path}is a folder; name a file`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${path}this user may not do that (${code}); change its owner or choose another`
    default:
      return `${path}${error.message}; check it and start again`
  }
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ')
}
