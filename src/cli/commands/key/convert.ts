import type { Command } from 'commander'
import { publicKeyOf } from '../../../record/private-key-der.ts'
import { CliError } from '../../cli-error.ts'
import { addExamples, type CommandContext } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { assertFree, readKey, writeKey } from '../../keys/key-files.ts'
import type { AnyKey, KeyFormat, ReadKey } from '../../keys/key-text.ts'
import {
  addPassphraseOptions,
  type PassphraseOptions,
  readNewPassphrase,
} from '../../secret-source.ts'
import { printLine } from '../../terminal.ts'
import { formatOption } from './make.ts'

interface ConvertOptions extends PassphraseOptions {
  readonly format: KeyFormat
  readonly public?: boolean
  readonly newPassphraseFile?: string
  readonly newPassphraseEnv?: string
  readonly encrypt?: boolean
  readonly force?: boolean
}

/** `suibiao key convert` */
export function addKeyConvert(parent: Command, context: CommandContext): void {
  const command = addPassphraseOptions(parent.command('convert'))
    .description('write a key in another format, or with another passphrase')
    .argument('<from>', 'a key file, PEM or JSON Web Key')
    .argument('<to>', 'the file to write')
    .addOption(formatOption())
    .option('--public', 'write the public half of a private key')
    .option('--encrypt', 'protect the written private key with a new passphrase')
    .option('--new-passphrase-file <file>', 'read the new passphrase from this file')
    .option('--new-passphrase-env <name>', 'read it from this environment variable')
    .option('--force', 'overwrite the file if it exists')
    .action(async (from: string, to: string, options: ConvertOptions) => {
      assertFree(to, options.force ?? false)
      const key = halfOf(await readKey(from, options, context.terminal), options, from)
      const passphrase = await newPassphraseFor(key, options, to, context)
      writeKey(to, key, options.format, passphrase, options.force ?? false)
      const note = key.half === 'private' && passphrase === null ? ' (keep it secret)' : ''
      printLine(context.terminal, `${to}${note}`)
      context.finish(exitCodes.ok)
    })
  addExamples(command, [
    'suibiao key convert privkey.bin key.pem --format pem',
    'suibiao key convert key.pem privkey.bin --encrypt --new-passphrase-file secret.txt',
    'suibiao key convert privkey.bin pubkey.jwk --public --format jwk',
  ])
}

function halfOf(read: ReadKey, options: ConvertOptions, from: string): AnyKey {
  if (options.public !== true) return read
  if (read.half === 'private') return { half: 'public', key: publicKeyOf(read.key) }
  throw new CliError(exitCodes.usage, `${from} is a public key already; leave out --public`)
}

async function newPassphraseFor(
  key: AnyKey,
  options: ConvertOptions,
  to: string,
  { terminal }: CommandContext,
): Promise<Buffer | null> {
  const { newPassphraseFile: file, newPassphraseEnv: variable } = options
  const given = file !== undefined || variable !== undefined
  if (options.encrypt !== true && !given) return null
  if (key.half === 'public') {
    throw new CliError(exitCodes.usage, 'a public key is no secret; leave out the passphrase')
  }
  const source = {
    ...(file === undefined ? {} : { passphraseFile: file }),
    ...(variable === undefined ? {} : { passphraseEnv: variable }),
  }
  return readNewPassphrase(source, to, terminal)
}
