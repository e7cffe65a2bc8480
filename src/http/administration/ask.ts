import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Command, CommandResult } from '../../record/command.ts'
import { NO_VALUES } from '../../record/outcome.ts'
import { REFUSAL_CODES } from '../../wire/codes.ts'
import { statusOf } from '../codes.ts'
import { allowOrigin, sendFailure, sendJson } from '../reply.ts'
import { formatResolveBody } from '../resolve-body.ts'
import { sendBusy, sendChallenge, sendPlainHttp } from './challenge.ts'
import { type AdministrationDeps, originOf, type ProofReading, readProof } from './proof.ts'

/** A command as a request brings it. */
export interface Asked {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly parameters: URLSearchParams | null
  readonly command: Command
  /** The name it is about, as the answer repeats it; null: none. */
  readonly handle: string | null
}

type Asker = Extract<ProofReading, { kind: 'proof' }>
type Granted = Extract<CommandResult, { kind: 'done' | 'values' | 'names' }>

/**
 * Asks administration to do a command for whoever sent the request. Where something stands in
 * the way, the request is answered: a challenge, or the refusal with its code (§10.4).
 * @returns the result, or null when the request has been answered
 */
export async function ask(asked: Asked, deps: AdministrationDeps): Promise<Granted | null> {
  const asker = await readAsker(asked, deps)
  const result = asker === null ? null : await askAs(asker, asked, deps)
  if (result !== null) deps.counters.add('http_commands_done_total')
  return result
}

/** Who asks, as one or more commands of the same request need it; null: it has been answered. */
export async function readAsker(
  { request, reply, parameters, handle }: Omit<Asked, 'command'>, deps: AdministrationDeps,
): Promise<Asker | null> {
  const reading = await readProof(request, parameters, deps)
  switch (reading.kind) {
    case 'plain-http':
      await sendPlainHttp(request, reply, deps, handle)
      return null
    case 'busy':
      await sendBusy(request, reply, deps, handle)
      return null
    case 'wrong':
      await sendChallenge(request, reply, deps, { handle, clientNonce: null, wrong: true })
      return null
    case 'proof':
      return reading
  }
}

/** Does one command of a request; it counts none, since a listing takes many. */
export async function askAs(
  { proof, clientNonce }: Asker, asked: Asked, deps: AdministrationDeps,
): Promise<Granted | null> {
  const { request, reply, command, handle } = asked
  const result = await deps.administration.execute(command, proof, originOf(request))
  switch (result.kind) {
    case 'authentication-needed':
      await sendChallenge(request, reply, deps, { handle, clientNonce, wrong: false })
      return null
    case 'refused':
      await sendRefusal(asked, result, deps)
      return null
    default:
      return result
  }
}

async function sendRefusal(
  asked: Asked, refusal: Extract<CommandResult, { kind: 'refused' }>, deps: AdministrationDeps,
): Promise<void> {
  const { request, reply, handle, command } = asked
  if (refusal.reason === 'authentication-failed') {
    await sendChallenge(request, reply, deps, { handle, clientNonce: null, wrong: true })
    return
  }
  if (refusal.reason === 'busy') {
    await sendBusy(request, reply, deps, handle)
    return
  }
  deps.counters.add(`http_refused_${refusal.reason}_total`)
  const responseCode = REFUSAL_CODES[refusal.reason]
  allowOrigin(request, reply)
  if (command.kind === 'read' && refusal.reason === 'values-not-found') {
    await sendJson(reply, 200, formatResolveBody(command.handle, NO_VALUES), null)
    return
  }
  const { message } = refusal
  await sendFailure(reply, statusOf(responseCode, 'write'), { responseCode, message, handle })
}
