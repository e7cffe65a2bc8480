import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { DeskApi } from '../../client/desk-api.ts'
import { formatHostPort, parseHostPort } from '../../lib/host-port.ts'
import { type Origin, parseOrigin } from '../../lib/origin.ts'
import { CliError } from '../cli-error.ts'
import { addDataOptions, type CommandContext, type DataOptions, timeoutOption } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { printable } from '../terminal.ts'
import { type CredentialOptions, loadSecret } from './credentials.ts'
import { printProblem, spokenProblem } from './problem-text.ts'

/** How a desk is reached and who calls: the same for all commands of the desk. */
export interface DeskOptions extends CredentialOptions, DataOptions {
  readonly server?: string
  readonly ca?: string
  readonly timeout: number
  readonly json?: boolean
}

const httpPortDefault = 8000
const timeoutMsDefault = 30_000

/** Adds them to a command. */
export function addDeskOptions(command: Command): Command {
  return addDataOptions(command
    .option('--server <url>', 'whose desk it is (default: http://127.0.0.1:8000)')
    .option('--apikey-file <file>', 'API key to call with (default: SUIBIAO_APIKEY, else that in '
      + 'desk-admin.json of the data folder)')
    .addOption(new Option('--user <name>', 'log in with a password instead, which is asked for')
      .conflicts('apikeyFile'))
    .option('--password-file <file>', 'read the password of --user from this file')
    .option('--ca <file>', "trust this certificate too, such as a node's own tls-cert.pem")
    .addOption(timeoutOption(timeoutMsDefault))
    .option('--json', 'one JSON object a line'))
}

/** Whether a call says who calls; few are open to everybody. */
type Calls = 'as somebody' | 'as nobody'

/**
 * Opens the desk that the options name, uses it, closes it. A refusal ends as one line; with
 * `--json` the problem is printed as well.
 * @throws CliError
 */
export async function withDesk(
  options: DeskOptions,
  context: CommandContext,
  use: (desk: DeskApi) => Promise<ExitCode>,
  calls: Calls = 'as somebody',
): Promise<void> {
  const { terminal } = context
  const { origin, local } = parseDeskServer(options.server)
  const ca = options.ca === undefined ? null : readFileSync(options.ca, 'utf8')
  const useAs = async <T>(
    secret: string | null, use: (desk: DeskApi) => Promise<T>,
  ): Promise<T> => {
    const desk = new DeskApi({ origin, secret, ca, timeoutMs: options.timeout })
    try {
      return await use(desk)
    } finally {
      await desk.close()
    }
  }
  const logIn = (userName: string, password: string): Promise<string> =>
    useAs(null, (desk) => desk.logIn(userName, password))
  try {
    const secret = calls === 'as nobody' ? null : await loadSecret(options, local, logIn, terminal)
    context.finish(await useAs(secret, use))
  } catch (error) {
    if (options.json === true) printProblem(error, terminal)
    throw spokenProblem(error)
  }
}

/**
 * Reads `--server`: a URL, or HOST:PORT on this machine. A key never goes over plain HTTP to
 * another one.
 * @throws CliError
 */
function parseDeskServer(text = '127.0.0.1'): Origin {
  const shown = `--server: "${printable(text)}"`
  const here = text.includes('://') ? undefined : parseHostPort(text, httpPortDefault)
  const server = parseOrigin(here === undefined ? text : `http://${formatHostPort(here)}`)
  if (server === undefined) {
    throw new CliError(exitCodes.usage,
      `${shown} is no address; write https://HOST:PORT, or HOST:PORT of this machine`)
  }
  if (server.secure || server.local) return server
  throw new CliError(exitCodes.usage,
    `${shown} would get the key over plain HTTP, where others can read it; write https://…`)
}
