import { prefixRecordName } from '../../identifier/identifier.ts'
import { systemClock } from '../../lib/clock.ts'
import type { Command } from '../../record/command.ts'
import type { Body } from '../../wire/body.ts'
import { createSessionCredential, encodeCredential } from '../../wire/credential.ts'
import { encodeEnvelope, requestEnvelope } from '../../wire/envelope.ts'
import { type OpFlag, opFlags } from '../../wire/flags.ts'
import { CREDENTIAL_LENGTH_BYTES, OPCODE, SITE_SERIAL_UNKNOWN } from '../../wire/layout.ts'
import { EXPIRATION_SECONDS } from '../../wire/limits.ts'
import { encodeHeaderAndBody } from '../../wire/message.ts'
import type { AdminSession } from './session.ts'

/** What is asked of a server. */
export interface AdminRequest {
  readonly opcode: number
  readonly flags: readonly OpFlag[]
  readonly body: Body
}

/** A request as it is sent. */
export interface EncodedRequest {
  readonly bytes: Buffer
  /** What its digest covers (§2.4 Request digest). */
  readonly digested: Buffer
}

/** Where no name is meant (§4 Bodies). */
const noName = '/'

/** The message that says what a command says (§4 Bodies). */
export function requestOf(command: Command): AdminRequest {
  switch (command.kind) {
    case 'create': {
      const { handle, values, overwrite, mint } = command
      const flags: OpFlag[] = []
      if (overwrite) flags.push('overwrite')
      if (mint) flags.push('mintSuffix')
      return { opcode: OPCODE.create, flags, body: { kind: 'record', handle, values } }
    }
    case 'add': {
      const { handle, values } = command
      const flags: OpFlag[] = command.overwrite ? ['overwrite'] : []
      return { opcode: OPCODE.addValues, flags, body: { kind: 'record', handle, values } }
    }
    case 'modify': {
      const { handle, values } = command
      return { opcode: OPCODE.modifyValues, flags: [], body: { kind: 'record', handle, values } }
    }
    case 'remove': {
      const { handle, indexes } = command
      return { opcode: OPCODE.removeValues, flags: [], body: { kind: 'indexes', handle, indexes } }
    }
    case 'read': {
      const body = {
        kind: 'resolve',
        handle: command.handle,
        indexes: command.indexes ?? [],
        types: command.types ?? [],
      } as const
      return { opcode: OPCODE.resolve, flags: [], body }
    }
    case 'delete':
      return named(OPCODE.delete, command.handle)
    case 'home':
      return named(OPCODE.homePrefix, prefixRecordName(command.prefix))
    case 'unhome':
      return named(OPCODE.unhomePrefix, prefixRecordName(command.prefix))
    case 'list':
      return named(OPCODE.listHandles, prefixRecordName(command.prefix))
    case 'list-prefixes':
      return named(OPCODE.listHomedPrefixes, noName)
  }
}

function named(opcode: number, handle: string): AdminRequest {
  return { opcode, flags: [], body: { kind: 'name', handle } }
}

/**
 * Writes a request with its envelope (§2 Message layout).
 * @param sessionId of the session, or of the challenge that it answers; 0 for neither
 * @param session that vouches for the request; null for none
 */
export function encodeRequest(
  request: AdminRequest,
  requestId: number,
  sessionId: number,
  session: AdminSession | null,
): EncodedRequest {
  const envelope = requestEnvelope(requestId, sessionId)
  const isPublic: readonly OpFlag[] = request.opcode === OPCODE.resolve ? [] : ['publicOnly']
  const digested = encodeHeaderAndBody({
    opcode: request.opcode,
    responseCode: 0,
    opFlags: opFlags('recursive', 'cacheCertify', ...isPublic, ...request.flags),
    siteSerial: SITE_SERIAL_UNKNOWN,
    recursionCount: 0,
    expiration: systemClock.nowSeconds() + EXPIRATION_SECONDS,
    digest: null,
    body: request.body,
  })
  const credential = session === null
    ? Buffer.alloc(0)
    : encodeCredential(createSessionCredential(
        session.keys.macKey, envelope, session.nextCounter(), digested))
  const length = Buffer.allocUnsafe(CREDENTIAL_LENGTH_BYTES)
  length.writeInt32BE(credential.length)
  const messageLength = digested.length + length.length + credential.length
  const head = encodeEnvelope({ ...envelope, messageLength })
  return { bytes: Buffer.concat([head, digested, length, credential]), digested }
}
