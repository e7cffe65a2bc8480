import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Command } from 'commander'
import { findVariable } from '../node/config.ts'
import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/**
 * Where a passphrase comes from. Never from the command line, which every process of the machine
 * can read.
 */
export interface PassphraseOptions {
  readonly passphraseFile?: string
  readonly passphraseEnv?: string
  /** One that is known already, from a file with commands. */
  readonly passphrase?: Buffer | null
}

/** Longest secret that is read from a file: far above any real one, a guard against a slip. */
const secretBytesMax = 65_536

/** Adds `--passphrase-file` and `--passphrase-env`. */
export function addPassphraseOptions(command: Command): Command {
  return command
    .option('--passphrase-file <file>', 'read the passphrase of a key file from this file')
    .option('--passphrase-env <name>', 'read it from this environment variable')
}

/**
 * The passphrase from a file or a variable, else from the person at the terminal.
 * @param what whose passphrase it is, such as the name of a file
 * @throws CliError when there is neither
 */
export async function readPassphrase(
  options: PassphraseOptions,
  what: string,
  terminal: Terminal,
): Promise<Buffer> {
  if (options.passphrase) return options.passphrase
  if (options.passphraseFile !== undefined) return readSecretFile(options.passphraseFile)
  if (options.passphraseEnv !== undefined) {
    const value = findVariable(options.passphraseEnv)
    if (value !== undefined) return Buffer.from(value)
    const variable = `environment variable ${options.passphraseEnv}`
    throw new CliError(exitCodes.usage, `${variable} is not set; set it, or use another way`)
  }
  if (process.stdin.isTTY) {
    return Buffer.from(await promptSecret(`passphrase of ${what}: `, terminal))
  }
  const advice = 'give --passphrase-file or --passphrase-env'
  throw new CliError(exitCodes.usage, `${what} needs a passphrase; ${advice}`)
}

/** A new passphrase, asked for twice where a person types it. */
export async function readNewPassphrase(
  options: PassphraseOptions,
  what: string,
  terminal: Terminal,
): Promise<Buffer> {
  const first = await readPassphrase(options, what, terminal)
  const typed = options.passphraseFile === undefined && options.passphraseEnv === undefined
  if (typed) {
    const second = Buffer.from(await promptSecret('the same again: ', terminal))
    if (!second.equals(first)) {
      throw new CliError(exitCodes.usage, 'the passphrases differ; start again')
    }
  }
  if (first.length > 0) return first
  throw new CliError(exitCodes.usage, 'the passphrase is empty; choose one, or leave it out')
}

/** The bytes of a file without the line end that editors add. @throws CliError when empty */
export function readSecretFile(path: string): Buffer {
  const bytes = readFileSync(path)
  if (bytes.length > secretBytesMax) {
    throw new CliError(exitCodes.usage, `${path} is too long for a secret; name another file`)
  }
  const text = bytes.toString('latin1').replace(/\r?\n$/, '')
  if (text !== '') return Buffer.from(text, 'latin1')
  throw new CliError(exitCodes.usage, `${path} is empty; write the secret into it`)
}

/** Asks the person at the terminal; what is typed does not show. @throws CliError when stopped */
export async function promptSecret(question: string, terminal: Terminal): Promise<string> {
  // What is typed must not show, so the line editor writes into nothing.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => { done() } })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  const interrupted = new AbortController()
  lines.on('SIGINT', () => { interrupted.abort() })
  terminal.messages.write(question)
  try {
    return await lines.question('', { signal: interrupted.signal })
  } catch {
    throw new CliError(exitCodes.failure, 'stopped; nothing was done')
  } finally {
    terminal.messages.write('\n')
    lines.close()
  }
}
