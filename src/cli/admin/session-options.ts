import { type Command, Option } from 'commander'
import { AdminClient } from '../../client/admin/admin-client.ts'
import { type HostPort, parseHostPort } from '../../lib/host-port.ts'
import { publicKeyOf } from '../../record/private-key-der.ts'
import type { PublicKey } from '../../record/public-key.ts'
import { CliError } from '../cli-error.ts'
import { timeoutOption } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { readKey } from '../keys/key-files.ts'
import { addPassphraseOptions } from '../secret-source.ts'
import { printable, type Terminal } from '../terminal.ts'
import { type AuthOptions, loadProver } from './auth.ts'

/** How a server is reached and who asks: the same for all commands that change records. */
export interface AdminOptions extends AuthOptions {
  readonly server?: string
  readonly serverKey?: string
  readonly session: boolean
  readonly keepConnection: boolean
  readonly timeout: number
  readonly json?: boolean
}

const nativePortDefault = 2641
const timeoutMsDefault = 30_000

/** Adds them to a command. */
export function addAdminOptions(command: Command): Command {
  return addPassphraseOptions(command
    .option('--auth <who>', 'an admin.json, or INDEX:HANDLE (default: that of the data folder)')
    .option('--key <file>', 'private key of INDEX:HANDLE')
    .addOption(new Option('--secret-file <file>', 'secret of INDEX:HANDLE').conflicts('key'))
    .option('--server <host:port>', 'whom to ask (default: 127.0.0.1:2641)')
    .option('--server-key <file>', "check the server's signatures with its public key")
    .option('--no-session', 'prove each request by itself, for servers without sessions')
    .option('--no-keep-connection', 'one connection a request, as Handle.Net servers need it')
    .addOption(timeoutOption(timeoutMsDefault))
    .option('--json', 'one JSON object a line'))
}

/** A client for the server that the options name. @throws CliError */
export async function openAdminClient(
  options: AdminOptions,
  terminal: Terminal,
): Promise<AdminClient> {
  return new AdminClient({
    server: parseServer(options.server),
    prover: await loadProver(options, terminal),
    ...await connectionOptions(options, terminal),
  })
}

/** What does not depend on who asks. */
export async function connectionOptions(
  options: AdminOptions,
  terminal: Terminal,
): Promise<{
  session: boolean
  serverKey: PublicKey | null
  timeoutMs: number
  reuseConnection: boolean
}> {
  return {
    session: options.session,
    serverKey: await loadServerKey(options, terminal),
    timeoutMs: options.timeout,
    reuseConnection: options.keepConnection,
  }
}

/** @throws CliError */
export function parseServer(text: string | undefined): HostPort {
  const server = parseHostPort(text ?? '127.0.0.1', nativePortDefault)
  if (server !== undefined && server.port > 0) return server
  const what = `--server: "${printable(text ?? '')}" is no address`
  throw new CliError(exitCodes.usage, `${what}; write HOST:PORT, such as 127.0.0.1:2641`)
}

async function loadServerKey(
  options: AdminOptions,
  terminal: Terminal,
): Promise<PublicKey | null> {
  if (options.serverKey === undefined) return null
  const read = await readKey(options.serverKey, {}, terminal)
  return read.half === 'private' ? publicKeyOf(read.key) : read.key
}
