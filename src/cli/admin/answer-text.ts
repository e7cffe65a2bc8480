import type { AdminAnswer } from '../../client/admin/admin-client.ts'
import { CODE } from '../../wire/layout.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { printable } from '../terminal.ts'

interface Meaning {
  /** What to say about a name, `what; what to do`. */
  readonly text: (name: string) => string
  readonly exitCode: ExitCode
}

const say = (what: string, advice: string, exitCode: ExitCode = exitCodes.failure): Meaning => ({
  text: (name) => `${name} ${what}; ${advice}`, exitCode,
})

/** What answers mean for who gave the command (§3.2 Response codes). */
const meanings: ReadonlyMap<number, Meaning> = new Map([
  [CODE.busy, say('was not done, the server is busy', 'try again', exitCodes.unknown)],
  [CODE.notSupported, say('was not done, the server does not do this', 'ask another server')],
  [CODE.readOnly, say('was not changed, the server takes no changes now',
    'try again later, or ask the primary server', exitCodes.unknown)],
  [CODE.handleNotFound, say('does not exist', 'check its spelling', exitCodes.notFound)],
  [CODE.handleExists, say('exists already', 'add values to it, or use --overwrite')],
  [CODE.invalidHandle, say('is no name that can be used', 'check its spelling')],
  [CODE.valuesNotFound, say('has no such value', 'check the indexes', exitCodes.notFound)],
  [CODE.valueExists, say('has a value of this index already', 'modify it, or use --overwrite')],
  [CODE.invalidValue, say('was not changed, a value is not valid', 'check indexes and data')],
  [CODE.notResponsible, say('is not homed on this server',
    'ask the server of its prefix, or home the prefix', exitCodes.unknown)],
  [CODE.serviceReferral, say('lives on another service', 'ask its server', exitCodes.unknown)],
  [CODE.prefixReferral, say('lives on another server', 'ask that one', exitCodes.unknown)],
  [CODE.invalidAdmin, say('was not changed, this identity has no right to',
    'use one that an HS_ADMIN value of the record or its prefix names', exitCodes.unknown)],
  [CODE.insufficientPermissions, say('has values that nobody may change this way',
    'change others', exitCodes.unknown)],
  [CODE.authenticationNeeded, say('may be changed by an administrator only',
    'say who you are with --auth', exitCodes.unknown)],
  [CODE.authenticationFailed, say('was not changed, the key or secret is not the right one',
    'check --auth, --key and --secret-file', exitCodes.unknown)],
  [CODE.authenticationTimeout, say('was not changed, the proof came too late',
    'try again', exitCodes.unknown)],
  [CODE.authenticationError, say('was not changed, the server could not look up this identity',
    'try again, or use an identity that lives on this server', exitCodes.unknown)],
])

/** The line about a command that was not done, and the exit code. */
export function refusalOf(
  name: string,
  answer: AdminAnswer,
): { readonly message: string; readonly exitCode: ExitCode } {
  const meaning = meanings.get(answer.code)
    ?? say(`was not done, the server answered code ${answer.code}`, 'see its log')
  const words = answer.message === '' ? '' : ` (${printable(answer.message)})`
  const indexes = answer.indexes.length === 0 ? '' : ` (index ${answer.indexes.join(', ')})`
  const message = `${meaning.text(printable(name))}${words}${indexes}`
  return { message, exitCode: meaning.exitCode }
}
