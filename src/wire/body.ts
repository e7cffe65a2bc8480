import { type ByteReader, type ByteWriter, BytesError } from '../lib/bytes.ts'
import * as authentication from './bodies/authentication.ts'
import * as failure from './bodies/failure.ts'
import * as name from './bodies/name.ts'
import * as records from './bodies/records.ts'
import * as replication from './bodies/replication.ts'
import * as resolution from './bodies/resolution.ts'
import * as session from './bodies/session.ts'
import { CODE, OPCODE } from './layout.ts'
import type { WireVersion } from './version.ts'

/** What a message says, by `kind`. Which kind follows from opcode and response code. */
export type Body =
  | name.NameBody
  | name.EmptyBody
  | resolution.ResolveBody
  | resolution.SiteBody
  | records.RecordBody
  | records.IndexesBody
  | records.HandlesBody
  | failure.ErrorBody
  | failure.ReferralBody
  | authentication.ChallengeBody
  | authentication.ChallengeAnswerBody
  | authentication.VerifyChallengeBody
  | authentication.VerifiedBody
  | session.SessionSetupBody
  | session.SessionOfferBody
  | session.KeyExchangeBody
  | replication.TransactionsBody
  | replication.TransactionsStartBody
  | replication.DumpBody

/** Writes a body (§4 Bodies). */
export function encodeBody(writer: ByteWriter, body: Body, version: WireVersion): void {
  switch (body.kind) {
    case 'empty': return
    case 'name': { name.encodeName(writer, body); return; }
    case 'resolve': { resolution.encodeResolve(writer, body); return; }
    case 'site': { resolution.encodeSiteBody(writer, body); return; }
    case 'record': { records.encodeRecord(writer, body); return; }
    case 'indexes': { records.encodeIndexes(writer, body); return; }
    case 'handles': { records.encodeHandles(writer, body); return; }
    case 'error': { failure.encodeError(writer, body); return; }
    case 'referral': { failure.encodeReferral(writer, body); return; }
    case 'challenge': { authentication.encodeChallenge(writer, body); return; }
    case 'challenge-answer': { authentication.encodeChallengeAnswer(writer, body); return; }
    case 'verify-challenge': { authentication.encodeVerifyChallenge(writer, body); return; }
    case 'verified': { authentication.encodeVerified(writer, body); return; }
    case 'session-setup': { session.encodeSessionSetup(writer, body); return; }
    case 'session-offer': { session.encodeSessionOffer(writer, body); return; }
    case 'key-exchange': { session.encodeKeyExchange(writer, body); return; }
    case 'transactions': { replication.encodeTransactions(writer, body, version); return; }
    case 'transactions-start': { replication.encodeTransactionsStart(writer, body); return; }
    case 'dump': { replication.encodeDump(writer, body); return; }
  }
}

/** Reads a body; the reader ends where it does (§4 Bodies). @throws BytesError */
export function decodeBody(
  reader: ByteReader,
  opcode: number,
  responseCode: number,
  version: WireVersion,
): Body {
  switch (responseCode) {
    case 0:
      return decodeRequestBody(reader, opcode, version)
    case CODE.success:
      return decodeSuccessBody(reader, opcode)
    case CODE.serviceReferral:
    case CODE.prefixReferral:
      return failure.decodeReferral(reader)
    case CODE.authenticationNeeded:
      return authentication.decodeChallenge(reader)
    default:
      return failure.decodeError(reader)
  }
}

function decodeRequestBody(reader: ByteReader, opcode: number, version: WireVersion): Body {
  switch (opcode) {
    case OPCODE.resolve:
      return resolution.decodeResolve(reader)
    case OPCODE.create:
    case OPCODE.addValues:
    case OPCODE.modifyValues:
      return records.decodeRecord(reader)
    case OPCODE.removeValues:
      return records.decodeIndexes(reader)
    case OPCODE.getSiteInfo:
    case OPCODE.delete:
    case OPCODE.listHandles:
    case OPCODE.homePrefix:
    case OPCODE.unhomePrefix:
    case OPCODE.listHomedPrefixes:
    case OPCODE.sessionTerminate:
    case OPCODE.nextTransactionId:
    case OPCODE.backupServer:
      return name.decodeName(reader)
    case OPCODE.answerChallenge:
      return authentication.decodeChallengeAnswer(reader)
    case OPCODE.verifyChallenge:
      return authentication.decodeVerifyChallenge(reader)
    case OPCODE.sessionSetup:
      return session.decodeSessionSetup(reader)
    case OPCODE.sessionExchangeKey:
      return session.decodeKeyExchange(reader)
    case OPCODE.retrieveTransactions:
      return replication.decodeTransactions(reader, version)
    case OPCODE.dumpHandles:
      return replication.decodeDump(reader)
    default:
      throw new BytesError(`unknown opcode ${opcode}`)
  }
}

function decodeSuccessBody(reader: ByteReader, opcode: number): Body {
  switch (opcode) {
    case OPCODE.resolve:
      return records.decodeRecord(reader)
    case OPCODE.getSiteInfo:
      return resolution.decodeSiteBody(reader)
    case OPCODE.create:
      return name.decodeCreated(reader)
    case OPCODE.listHandles:
    case OPCODE.listHomedPrefixes:
      return records.decodeHandles(reader)
    case OPCODE.delete:
    case OPCODE.addValues:
    case OPCODE.removeValues:
    case OPCODE.modifyValues:
    case OPCODE.homePrefix:
    case OPCODE.unhomePrefix:
    case OPCODE.sessionTerminate:
    case OPCODE.sessionExchangeKey:
    case OPCODE.dumpHandles:
    case OPCODE.backupServer:
      return { kind: 'empty' }
    case OPCODE.verifyChallenge:
      return authentication.decodeVerified(reader)
    case OPCODE.sessionSetup:
      return session.decodeSessionOffer(reader)
    case OPCODE.retrieveTransactions:
      return replication.decodeTransactionsStart(reader)
    default:
      throw new BytesError(`unknown opcode ${opcode}`)
  }
}
