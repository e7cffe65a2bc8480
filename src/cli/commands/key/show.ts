import { hash } from 'node:crypto'
import type { Command } from 'commander'
import { formatKey } from '../../../record/key-json.ts'
import { publicKeyOf } from '../../../record/private-key-der.ts'
import { encodePublicKey, type PublicKey } from '../../../record/public-key.ts'
import { addExamples, type CommandContext } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { readKey } from '../../keys/key-files.ts'
import type { ReadKey } from '../../keys/key-text.ts'
import { addPassphraseOptions, type PassphraseOptions } from '../../secret-source.ts'
import { formatTable } from '../../table.ts'
import { printLine, type Terminal } from '../../terminal.ts'
import { bitsOf } from '../../value-text.ts'

interface ShowOptions extends PassphraseOptions {
  readonly json?: boolean
}

const encryptions: Readonly<Record<ReadKey['encryption'], string>> = {
  none: 'none',
  pem: 'PEM passphrase',
  'des-ecb': 'DES, weak; convert it',
  'des-cbc': 'DES, weak; convert it',
  'pbkdf2-3des': 'triple DES',
  'pbkdf2-aes': 'AES-128',
}

/** `suibiao key show` */
export function addKeyShow(parent: Command, context: CommandContext): void {
  const command = addPassphraseOptions(parent.command('show'))
    .description('show what a key file holds; never its secret numbers')
    .argument('<file>', 'a key file, PEM or JSON Web Key')
    .option('--json', 'as one JSON object, with the public half')
    .action(async (file: string, options: ShowOptions) => {
      printKey(await readKey(file, options, context.terminal), options, context.terminal)
      context.finish(exitCodes.ok)
    })
  addExamples(command, ['suibiao key show pubkey.bin', 'suibiao key show privkey.bin --json'])
}

function printKey(read: ReadKey, options: ShowOptions, terminal: Terminal): void {
  const key: PublicKey = read.half === 'private' ? publicKeyOf(read.key) : read.key
  const { half, format, encryption } = read
  const { algorithm } = key
  const bits = bitsOf(key)
  // Of the HS_PUBKEY value, so that it can be compared with what a node resolves to.
  const fingerprint = hash('sha256', encodePublicKey(key), 'hex')
  if (options.json === true) {
    const shown = { half, algorithm, bits, format, encryption, sha256: fingerprint }
    printLine(terminal, JSON.stringify({ ...shown, publicKey: formatKey(key) ?? null }))
    return
  }
  printLine(terminal, formatTable(['what', 'is'], [
    ['half', half === 'private' ? 'private (the public half follows from it)' : 'public'],
    ['algorithm', algorithm.toUpperCase()],
    ['bits', String(bits)],
    ['format', format],
    ['encryption', encryptions[encryption]],
    ['SHA-256 of the HS_PUBKEY value', fingerprint],
  ], terminal))
}
