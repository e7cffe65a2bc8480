import { publicKeyOf } from '../../record/private-key-der.ts'
import { readKey } from '../keys/key-files.ts'
import { formatKeyBytes } from '../keys/key-text.ts'
import type { Terminal } from '../terminal.ts'

/** The public half of a key file of any format, as PEM. @throws CliError when it is no key */
export async function readPublicKey(path: string, terminal: Terminal): Promise<string> {
  const read = await readKey(path, {}, terminal)
  const key = read.half === 'private' ? publicKeyOf(read.key) : read.key
  return formatKeyBytes({ half: 'public', key }, 'pem', null).toString('utf8')
}
