import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { findVariable, loadConfig } from '../../node/config.ts'
import { CliError } from '../cli-error.ts'
import type { DataOptions } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { promptSecret, readSecretFile } from '../secret-source.ts'
import type { Terminal } from '../terminal.ts'

/**
 * Who calls a desk. The secret itself is never on the command line, which every process of the
 * machine can read.
 */
export interface CredentialOptions {
  readonly apikeyFile?: string
  readonly user?: string
  readonly passwordFile?: string
}

/** The file in a data folder that names the first administrator of its desk. */
const DESK_ADMIN_FILE = 'desk-admin.json'
const KEY_VARIABLE = 'SUIBIAO_APIKEY'

/**
 * The API key or log-in token to call with: of `--user`, of `--apikey-file`, of the environment,
 * else of the data folder, whose key is for the node on this machine and goes nowhere else.
 * @param local whether the desk is on this machine
 * @throws CliError when there is none
 */
export async function loadSecret(
  options: CredentialOptions & DataOptions,
  local: boolean,
  logIn: (userName: string, password: string) => Promise<string>,
  terminal: Terminal,
): Promise<string> {
  const { user, passwordFile, apikeyFile } = options
  if (user !== undefined) return logIn(user, await readPassword(user, passwordFile, terminal))
  if (passwordFile !== undefined) {
    throw new CliError(exitCodes.usage, '--password-file needs --user NAME; add it')
  }
  if (apikeyFile !== undefined) return readKeyFile(apikeyFile)
  const variable = findVariable(KEY_VARIABLE)
  if (variable !== undefined) return assertKey(variable, KEY_VARIABLE)
  const { dataDir } = loadConfig({ flags: { data: options.data, config: options.config } })
  const path = join(dataDir, DESK_ADMIN_FILE)
  if (local && existsSync(path)) return readKeyFile(path)
  const what = local ? `there is no API key in ${path}` : 'another machine needs a key of its own'
  throw new CliError(exitCodes.usage,
    `${what}; give --apikey-file or --user, or set ${KEY_VARIABLE}`)
}

async function readPassword(
  user: string, file: string | undefined, terminal: Terminal,
): Promise<string> {
  if (file !== undefined) return readSecretFile(file).toString('utf8')
  if (process.stdin.isTTY) return promptSecret(`password of ${user}: `, terminal)
  throw new CliError(exitCodes.usage, `${user} needs a password; give --password-file`)
}

const adminFile = z.object({ apiKey: z.string() })

/** A file with a key alone, or one like desk-admin.json. Its content is never shown. */
function readKeyFile(path: string): string {
  const text = readSecretFile(path).toString('utf8').trim()
  if (!text.startsWith('{')) return assertKey(text, path)
  try {
    return assertKey(adminFile.parse(JSON.parse(text)).apiKey, path)
  } catch {
    throw new CliError(exitCodes.usage, `${path} holds no "apiKey"; name another file`)
  }
}

function assertKey(text: string, where: string): string {
  if (/^[\x21-\x7e]{1,512}$/.test(text)) return text
  throw new CliError(exitCodes.usage, `${where} holds no API key; it is one line, sbk_…`)
}
