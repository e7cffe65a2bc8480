import { prefixOfRecordName } from '../../identifier/homing.ts'
import { type Identifier, keyOf, parseIdentifier } from '../../identifier/identifier.ts'
import type { Command } from '../../record/command.ts'
import { refuse, type Refused } from '../../record/rules.ts'
import { hasOpFlag } from '../../wire/flags.ts'
import { OPCODE } from '../../wire/layout.ts'
import type { Message } from '../../wire/message.ts'
import { NAMES_PER_MESSAGE } from './limits.ts'

const INVALID = refuse('invalid-handle', 'That is no valid identifier')
const NO_PREFIX = refuse('invalid-handle', 'That is no prefix; write it as 0.NA/88.118')
const NOT_SUPPORTED = refuse('not-supported', 'Operation not supported')

/** What an administrative request wants done (§4 Bodies). */
export function commandOf(message: Message): Command | Refused {
  const { opcode, opFlags, body } = message
  switch (body.kind) {
    case 'record': {
      const { values } = body
      const overwrite = hasOpFlag(opFlags, 'overwrite')
      const mint = hasOpFlag(opFlags, 'mintSuffix')
      return withHandle(body.handle, (handle) => {
        if (opcode === OPCODE.create) return { kind: 'create', handle, values, overwrite, mint }
        if (opcode === OPCODE.addValues) return { kind: 'add', handle, values, overwrite }
        return { kind: 'modify', handle, values }
      })
    }
    case 'indexes': {
      const { indexes } = body
      return withHandle(body.handle, (handle) => ({ kind: 'remove', handle, indexes }))
    }
    case 'resolve': {
      const indexes = body.indexes.length === 0 ? null : body.indexes
      const types = body.types.length === 0 ? null : body.types
      return withHandle(body.handle, (handle) => ({ kind: 'read', handle, indexes, types }))
    }
    case 'name':
      return namedCommand(opcode, body.handle)
    default:
      return NOT_SUPPORTED
  }
}

function namedCommand(opcode: number, name: string): Command | Refused {
  switch (opcode) {
    case OPCODE.delete:
      return withHandle(name, (handle) => ({ kind: 'delete', handle }))
    case OPCODE.homePrefix:
      return withPrefix(name, (prefix) => ({ kind: 'home', prefix }))
    case OPCODE.unhomePrefix:
      return withPrefix(name, (prefix) => ({ kind: 'unhome', prefix }))
    case OPCODE.listHomedPrefixes:
      return { kind: 'list-prefixes' }
    case OPCODE.listHandles:
      return withPrefix(name, (prefix) => ({
        kind: 'list',
        prefix,
        // Every name comes after this; a listing from the very beginning would count them all.
        after: keyOf(`${prefix}/`),
        offset: 0,
        countMax: NAMES_PER_MESSAGE,
      }))
    default:
      return NOT_SUPPORTED
  }
}

function withHandle(
  name: string, make: (handle: Identifier) => Command,
): Command | Refused {
  const handle = parseIdentifier(name)
  return handle === undefined ? INVALID : make(handle)
}

/** A prefix is named by its record: `0.NA/88.118`. */
function withPrefix(name: string, make: (prefix: string) => Command): Command | Refused {
  const prefix = prefixOfRecordName(name)
  return prefix === undefined ? NO_PREFIX : make(prefix)
}
