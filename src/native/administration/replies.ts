import type { Command, CommandResult } from '../../record/command.ts'
import { type HandleValue, Permission } from '../../record/value.ts'
import { CODE } from '../../wire/layout.ts'
import { decodeValues } from '../../wire/values.ts'
import { commandCodeOf } from '../codes.ts'
import type { Reply } from './reply.ts'

/** A reply that is an error with a text. */
export function errorReply(code: number, message: string): Reply {
  return { code, body: { kind: 'error', message, indexes: null } }
}

/** What became of a command as a reply (§4 Bodies); a challenge is not among them. */
export function replyOf(command: Command, result: CommandResult): Reply {
  const code = commandCodeOf(result)
  switch (result.kind) {
    case 'done':
      return command.kind === 'create'
        ? { code, body: { kind: 'name', handle: result.handle } }
        : { code, body: { kind: 'empty' } }
    case 'values': {
      const values = decodeValues(result.block)
      const restricted = values.some(isRestricted)
      return { code, restricted, body: { kind: 'record', handle: result.handle, values } }
    }
    case 'names':
      return {
        code, continues: result.next !== null,
        body: { kind: 'handles', handles: result.names },
      }
    case 'authentication-needed':
      return errorReply(CODE.authenticationNeeded, 'Authentication is needed')
    case 'refused':
      return errorReply(code, result.message)
  }
}

const isRestricted = ({ permissions }: HandleValue): boolean =>
  (permissions & Permission.publicRead) === 0
