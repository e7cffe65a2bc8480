import { DeskProblem } from '../../client/desk-api-connection.ts'
import type { Issue } from '../../client/desk-api-views.ts'
import { ExchangeError } from '../../client/exchange.ts'
import { CliError } from '../cli-error.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { printable, printLine, type Terminal } from '../terminal.ts'

/** Broken rules told in one line; `--json` has all of them. */
const shownMax = 5

/** What to do after a refusal, where its own words don't say it. */
const nextSteps: Readonly<Record<string, string>> = {
  invalid: 'correct it and try again',
  'not-authenticated': 'give --apikey-file or --user, or set SUIBIAO_APIKEY',
  'wrong-credentials': 'check it, or make a new key',
  forbidden: 'use a key or a user that has it',
  'not-yours': 'ask them',
  'not-found': 'check it, or call with a key of its organisation',
  'certificate-taken': 'find it with suibiao org list',
  'user-name-taken': 'choose another',
  'parent-unknown': 'apply at the node of that prefix',
  'wrong-state': 'see how far it is with suibiao apply show',
  'reason-needed': 'add --reason TEXT',
  'version-stale': 'show it again and repeat the change',
  'version-taken': 'choose another version',
  suspended: 'have it resumed first',
  'template-unknown': 'publish it with suibiao template publish',
  rate: 'try again more slowly',
  'daily-limit': 'go on tomorrow, or ask the node’s operator for more',
  'register-limit': 'ask the node’s operator for more',
  'prefix-limit': 'ask the node’s operator for more',
  'read-only': 'make room on its disk and try again',
  failed: 'see the node’s log',
}

/** What went wrong with a call as a line for people, `what; what to do`; else as it is. */
export function spokenProblem(error: unknown): unknown {
  if (error instanceof DeskProblem) {
    return new CliError(exitCodeOf(error), problemLine(error))
  }
  if (!(error instanceof ExchangeError)) return error
  return new CliError(exitCodes.unknown, `${printable(error.message)}; ${adviceOf(error)}`)
}

/** A refusal as programs read it. */
export function printProblem(error: unknown, terminal: Terminal): void {
  if (!(error instanceof DeskProblem)) return
  const { status, code, message, issues } = error
  printLine(terminal, JSON.stringify({ status, code, title: message, errors: issues }))
}

/** Broken rules in a few words: `/contact/mobile: is no mobile number (mobile)`. */
export function formatIssues(issues: readonly Issue[]): string {
  const shown = issues.slice(0, shownMax).map(({ pointer, rule, message }) => {
    const place = pointer.replace(/^\/body/, '')
    return printable(`${place === '' ? '' : `${place}: `}${message} (${rule})`)
  })
  const more = issues.length - shown.length
  return shown.join(', ') + (more > 0 ? `, and ${more} more` : '')
}

function problemLine(problem: DeskProblem): string {
  const { code, message, issues, retryAfterSeconds } = problem
  const what = printable(message.charAt(0).toLowerCase() + message.slice(1))
  const where = issues.length === 0 ? '' : `: ${formatIssues(issues)}`
  const advice = retryAfterSeconds === null
    ? nextSteps[code]
    : `try again in ${retryAfterSeconds} s`
  // Many refusals say themselves what to do.
  const said = what.includes(';') && retryAfterSeconds === null
  return `${what}${where}${said || advice === undefined ? '' : `; ${advice}`}`
}

function adviceOf({ reason, message }: ExchangeError): string {
  switch (reason) {
    case 'unreachable':
      return 'check --server and that the node runs'
    case 'unverified':
      return "name the node's certificate with --ca"
    case 'malformed':
      return message.includes('no registration desk')
        ? 'start the node with --desk PREFIX, or name another with --server'
        : 'check --server'
    default:
      return 'whether it was done is not known; look, then try again'
  }
}

function exitCodeOf({ status, code }: DeskProblem): ExitCode {
  if (status === 404) return exitCodes.notFound
  const unknown = status === 401 || status === 429 || status >= 500
    || code === 'forbidden' || code === 'not-yours'
  return unknown ? exitCodes.unknown : exitCodes.failure
}
