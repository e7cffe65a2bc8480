import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { DeskApi } from '../../client/desk-api.ts'
import { parseHostPort, formatHostPort } from '../../lib/host-port.ts'
import { CliError } from '../cli-error.ts'
import { addDataOptions, type CommandContext, type DataOptions, wholeNumber } from '../command.ts'
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
const timeoutMsMax = 600_000

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
    .option('--timeout <ms>', 'how long to wait for each answer, in milliseconds',
      wholeNumber(1, timeoutMsMax), timeoutMsDefault)
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
  const open = (secret: string | null): DeskApi => new DeskApi({
    origin, secret, timeoutMs: options.timeout,
    ca: options.ca === undefined ? null : readFileSync(options.ca, 'utf8'),
  })
  let desk = open(null)
  try {
    if (calls === 'as somebody') {
      const anonymous = desk
      const logIn = (name: string, password: string) => anonymous.logIn(name, password)
      desk = open(await loadSecret(options, local, logIn, terminal))
      await anonymous.close()
    }
    context.finish(await use(desk))
  } catch (error) {
    if (options.json === true) printProblem(error, terminal)
    throw spokenProblem(error)
  } finally {
    await desk.close()
  }
}

/**
 * Reads `--server`: a URL, or HOST:PORT on this machine. A key never goes over plain HTTP to
 * another one.
 * @throws CliError
 */
function parseDeskServer(text = '127.0.0.1'): { readonly origin: string; readonly local: boolean } {
  const shown = `--server: "${printable(text)}"`
  const url = urlOf(text)
  if (url === undefined) {
    throw new CliError(exitCodes.usage,
      `${shown} is no address; write https://HOST:PORT, or HOST:PORT of this machine`)
  }
  const local = /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'http:' && !local) {
    throw new CliError(exitCodes.usage,
      `${shown} would get the key over plain HTTP, where others can read it; write https://…`)
  }
  return { origin: url.origin, local }
}

function urlOf(text: string): URL | undefined {
  const server = text.includes('://') ? undefined : parseHostPort(text, httpPortDefault)
  const url = URL.parse(server === undefined ? text : `http://${formatHostPort(server)}`)
  const known = url !== null && /^https?:$/.test(url.protocol)
  return known && url.pathname === '/' && url.search === '' && url.username === ''
    ? url
    : undefined
}
