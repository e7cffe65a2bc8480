import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { BytesError } from '../../lib/bytes.ts'
import { ValueJsonError } from '../../record/json-fields.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { type PassphraseOptions, readPassphrase } from '../secret-source.ts'
import type { Terminal } from '../terminal.ts'
import {
  type AnyKey,
  formatKeyBytes,
  type KeyFormat,
  parseKeyBytes,
  type ReadKey,
} from './key-text.ts'

/** Reads a key in any format; asks for the passphrase when there is one. @throws CliError */
export async function readKey(
  path: string,
  options: PassphraseOptions,
  terminal: Terminal,
): Promise<ReadKey> {
  const bytes = readFileSync(path)
  try {
    return await parseKeyBytes(bytes, () => readPassphrase(options, path, terminal))
  } catch (error) {
    if (!(error instanceof BytesError || error instanceof ValueJsonError)) throw error
    throw new CliError(exitCodes.failure,
      `${path} can't be read as a key: ${error.message}; name a key file, PEM or JSON Web Key`)
  }
}

/**
 * Writes a key into a new file; one with a private half can be read by its owner only.
 * @throws CliError when there is a file of this name and it must stay
 */
export function writeKey(
  path: string,
  any: AnyKey,
  format: KeyFormat,
  passphrase: Buffer | null,
  overwrite: boolean,
): void {
  assertFree(path, overwrite)
  const mode = any.half === 'private' ? 0o600 : 0o644
  try {
    const bytes = formatKeyBytes(any, format, passphrase)
    writeFileSync(path, bytes, { mode, flag: overwrite ? 'w' : 'wx' })
  } catch (error) {
    if (error instanceof BytesError || error instanceof ValueJsonError) {
      throw new CliError(exitCodes.usage, `${path} was not written: ${error.message}; try --format`)
    }
    throw error
  }
}

/** @throws CliError when there is a file of this name and it must stay */
export function assertFree(path: string, overwrite: boolean): void {
  if (overwrite || !existsSync(path)) return
  const what = `${path} exists already`
  throw new CliError(exitCodes.usage, `${what}; choose another name, or add --force`)
}
