import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createKeyProver, createSecretProver, type Prover } from '../../client/admin/prover.ts'
import { parseIdentifier } from '../../identifier/identifier.ts'
import { BytesError } from '../../lib/bytes.ts'
import { loadConfig } from '../../node/config.ts'
import type { Identity } from '../../record/command.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { readKey } from '../keys/key-files.ts'
import { type PassphraseOptions, readSecretFile } from '../secret-source.ts'
import type { Terminal } from '../terminal.ts'
import { ADMIN_FILE, loadAdminFile } from './admin-file.ts'

/** Who gives a command, as the command line says it. */
export interface AuthOptions extends PassphraseOptions {
  readonly auth?: string
  readonly key?: string
  readonly secretFile?: string
}

/**
 * Whoever can prove to be the one that the options name: `--auth FILE.json` as the node writes it,
 * or `--auth INDEX:HANDLE` with a key or a secret. Without `--auth`, the administrator of the data
 * folder, if it has one.
 * @returns null when nobody is named
 * @throws CliError
 */
export async function loadProver(options: AuthOptions, terminal: Terminal): Promise<Prover | null> {
  const named = options.auth
  if (named === undefined) {
    if (options.key !== undefined || options.secretFile !== undefined) {
      throw new CliError(
        exitCodes.usage, '--key and --secret-file need --auth INDEX:HANDLE; add it')
    }
    const path = join(loadConfig({ flags: {} }).dataDir, ADMIN_FILE)
    return existsSync(path) ? loadAdmin(path, options, terminal) : null
  }
  const identity = parseIdentity(named)
  if (identity === undefined) return loadAdmin(named, options, terminal)
  if ((options.key === undefined) === (options.secretFile === undefined)) {
    throw new CliError(
      exitCodes.usage, `--auth ${named}: give either --key FILE or --secret-file FILE with it`)
  }
  if (options.secretFile !== undefined) {
    return createSecretProver(identity, readSecretFile(options.secretFile))
  }
  return loadKeyProver(identity, options.key ?? '', options, terminal)
}

/** Whoever holds a private key. @throws CliError when the file holds none */
export async function loadKeyProver(
  identity: Identity,
  path: string,
  options: PassphraseOptions,
  terminal: Terminal,
): Promise<Prover> {
  const read = await readKey(path, options, terminal)
  if (read.half === 'public') {
    throw new CliError(exitCodes.usage, `${path} is a public key; name the private one`)
  }
  try {
    return createKeyProver(identity, read.key)
  } catch (error) {
    if (!(error instanceof BytesError)) throw error
    throw new CliError(exitCodes.usage, `${path} can't be used: ${error.message}; name another`)
  }
}

/** `300:0.NA/88`; undefined when it is no such text. */
export function parseIdentity(text: string): Identity | undefined {
  const match = /^(\d{1,10}):(.+)$/.exec(text)
  const handle = match?.[2]
  if (match === null || handle === undefined || parseIdentifier(handle) === undefined) {
    return undefined
  }
  const index = Number(match[1])
  return index <= 0xffffffff ? { handle, index } : undefined
}

async function loadAdmin(
  path: string,
  options: AuthOptions,
  terminal: Terminal,
): Promise<Prover> {
  const admin = loadAdminFile(path)
  const { handle } = admin
  const keyPath = resolve(dirname(path), admin.privateKeyFile)
  // The key is the better proof, since the server need not know it; a copy of this file that was
  // taken elsewhere has only the secret.
  if (!existsSync(keyPath)) {
    const identity = { handle, index: admin.secretKeyIndex }
    return createSecretProver(identity, Buffer.from(admin.secret))
  }
  return loadKeyProver({ handle, index: admin.publicKeyIndex }, keyPath, options, terminal)
}
