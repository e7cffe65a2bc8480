import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { type Command, Option } from 'commander'
import { parsePrivateKeyDer, publicKeyOf } from '../../../record/private-key-der.ts'
import type { PrivateKey } from '../../../record/private-key.ts'
import { CliError } from '../../cli-error.ts'
import { addExamples, type CommandContext, wholeNumber } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { assertFree, writeKey } from '../../keys/key-files.ts'
import type { KeyFormat } from '../../keys/key-text.ts'
import {
  addPassphraseOptions,
  type PassphraseOptions,
  readNewPassphrase,
} from '../../secret-source.ts'
import { printLine } from '../../terminal.ts'

interface MakeOptions extends PassphraseOptions {
  readonly private: string
  readonly public: string
  readonly dsa?: boolean
  readonly bits: number
  readonly format: KeyFormat
  readonly encrypt?: boolean
  readonly force?: boolean
}

/** Below 2048 bits a key is too weak; above 8192 signing takes longer than a request may. */
const bitsMin = 2048
const bitsMax = 8192
const bitsDefault = 2048

/** `suibiao key make` */
export function addKeyMake(parent: Command, context: CommandContext): void {
  const command = addPassphraseOptions(parent.command('make'))
    .description('make a key pair')
    .option('--private <file>', 'where the private half goes', 'privkey.bin')
    .option('--public <file>', 'where the public half goes', 'pubkey.bin')
    .option('--dsa', 'a DSA key (default: RSA)')
    .option('--bits <number>', 'length of the key', wholeNumber(bitsMin, bitsMax), bitsDefault)
    .addOption(formatOption())
    .option('--encrypt', 'protect the private half with a passphrase')
    .option('--force', 'overwrite files that exist')
    .action(async (options: MakeOptions) => {
      const { format, force = false } = options
      for (const path of [options.private, options.public]) assertFree(path, force)
      const passphrase = await passphraseFor(options, context)
      const key = await generateKey(options)
      writeKey(options.private, { half: 'private', key }, format, passphrase, force)
      writeKey(options.public, { half: 'public', key: publicKeyOf(key) }, format, null, force)
      printLine(context.terminal, `${options.private} (keep it secret) and ${options.public}`)
      context.finish(exitCodes.ok)
    })
  addExamples(command, [
    'suibiao key make',
    'suibiao key make --bits 3072 --encrypt --private admpriv.bin --public admpub.bin',
    'suibiao key make --format pem --private key.pem --public key.pub.pem',
  ])
}

/** `--format`: the same for all commands that write keys. */
export function formatOption(): Option {
  return new Option('--format <format>', "handle: the Java client's files; pem: PKCS #8; jwk: JSON")
    .choices(['handle', 'pem', 'jwk']).default('handle')
}

async function passphraseFor(
  options: MakeOptions,
  { terminal }: CommandContext,
): Promise<Buffer | null> {
  const given = options.passphraseFile !== undefined || options.passphraseEnv !== undefined
  if (options.encrypt !== true && !given) return null
  return readNewPassphrase(options, options.private, terminal)
}

const generate = promisify(generateKeyPair)

async function generateKey(options: MakeOptions): Promise<PrivateKey> {
  const { bits } = options
  if (options.dsa !== true) {
    const { privateKey } = await generate('rsa', { modulusLength: bits })
    return parsePrivateKeyDer(privateKey.export({ format: 'der', type: 'pkcs8' }))
  }
  if (bits !== 2048 && bits !== 3072) {
    throw new CliError(exitCodes.usage, `--bits: DSA keys have 2048 or 3072 bits; choose one`)
  }
  const { privateKey } = await generate('dsa', { modulusLength: bits, divisorLength: 256 })
  return parsePrivateKeyDer(privateKey.export({ format: 'der', type: 'pkcs8' }))
}
