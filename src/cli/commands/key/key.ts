import type { Command } from 'commander'
import { addExamples, type CommandContext } from '../../command.ts'
import { addKeyConvert } from './convert.ts'
import { addKeyMake } from './make.ts'
import { addKeyShow } from './show.ts'

/** `suibiao key` and its commands. */
export function addKey(program: Command, context: CommandContext): void {
  const command = program.command('key')
  addKeyMake(command, context)
  addKeyShow(command, context)
  addKeyConvert(command, context)
  addExamples(command, [
    'suibiao key make --private privkey.bin --public pubkey.bin',
    'suibiao key show pubkey.bin',
    'suibiao key convert privkey.bin key.pem --format pem',
    'suibiao key make --help',
  ])
}
