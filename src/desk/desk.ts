import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../lib/clock.ts'
import { clientOf } from '../registry/authenticator.ts'
import type { Registry } from '../registry/registry.ts'
import { type ChangeWriter, StoreWriteError } from '../store/store.ts'
import { type Actor, findActor } from './actor.ts'
import { type Batch, type BatchResult, ROW_RESULTS, type RowResult, unpackBatch } from './batch.ts'
import { check } from './check.ts'
import type { Caller, CallInput, CallResult, Desk, OpenResult } from './door.ts'
import { AddressCounts } from './guesses.ts'
import {
  GUESSER_COUNT_MAX, GUESSES_OF_ADDRESS_MAX, LOCK_OUT_MS, OPEN_CALLS_PER_HOUR_MAX,
  PASSWORD_CHECK_COUNT_MAX, REPLY_KEPT_MS,
} from './limits.ts'
import { tellRefusal } from './messages.ts'
import type { Context, Declined, Done, Operation, UncheckedInput } from './operation.ts'
import { type OperationName, OPERATIONS } from './operations/all.ts'
import { Requests } from './quotas.ts'
import { DeskRefusal, type Refusal } from './refusal.ts'
import { findTemplateBody, Registrar } from './registrar.ts'
import type { Scope } from './roles.ts'

export interface DeskParts {
  readonly registry: Registry
  readonly clock: Clock
  /** The site of this node, encoded. */
  readonly siteBytes: Buffer
  /** Told of what failed for no fault of the caller. */
  readonly onError: (error: unknown) => void
  /** Told of every step that the journal has taken down; null when nobody wants to know. */
  readonly onNoted: (() => void) | null
}

const HOUR_MS = 3_600_000
const nothing = z.strictObject({})

/** The registration desk, in the main thread. Each call is one transaction. */
export class RegistrationDesk implements Desk {
  readonly #parts: DeskParts
  readonly #requests: Requests
  readonly #guesses = new AddressCounts(GUESSES_OF_ADDRESS_MAX, LOCK_OUT_MS, GUESSER_COUNT_MAX)
  readonly #forgeries = new AddressCounts(GUESSES_OF_ADDRESS_MAX, LOCK_OUT_MS, GUESSER_COUNT_MAX)
  readonly #openCalls = new AddressCounts(OPEN_CALLS_PER_HOUR_MAX, HOUR_MS, GUESSER_COUNT_MAX)
  #early = 0

  constructor(parts: DeskParts) {
    this.#parts = parts
    this.#requests = new Requests(parts.registry.store.desk)
  }

  async call(name: OperationName, input: CallInput, caller: Caller): Promise<CallResult> {
    try {
      return await this.#call(name, OPERATIONS[name], input, caller)
    } catch (error) {
      if (error instanceof DeskRefusal && error.code === 'report-signature') {
        this.#forgeries.add(clientOf(caller.address), this.#parts.clock.nowMs())
      }
      return this.#refuse(error, caller)
    }
  }

  openStream(caller: Caller): Promise<OpenResult> {
    return this.#settle(caller, () => {
      const actor = this.#admit('identifier:write', caller)
      return { kind: 'open', actor: actor.name }
    })
  }

  findTemplate(
    prefix: string, version: string, caller: Caller,
  ): ReturnType<Desk['findTemplate']> {
    return this.#settle(caller, () => {
      assertScope('identifier:write', this.#authenticate(caller))
      const body = findTemplateBody(this.#parts.registry.store.desk, prefix, version) ?? null
      return { kind: 'template', body }
    })
  }

  register(batch: Batch, caller: Caller): Promise<BatchResult> {
    return this.#change(caller, (registrar) => {
      const rows = unpackBatch(batch)
      registrar.expect(rows)
      return rows.map((row) => registrar.register(row, batch.mode))
    })
  }

  remove(names: readonly string[], caller: Caller): Promise<BatchResult> {
    return this.#change(caller, (registrar) => names.map((name) => registrar.remove(name)))
  }

  /** Changes identifiers, in one transaction. */
  #change(
    caller: Caller, work: (registrar: Registrar) => readonly RowResult[],
  ): Promise<BatchResult> {
    return this.#settle(caller, () => {
      const actor = this.#authenticate(caller)
      assertScope('identifier:write', actor)
      const results = this.#transact(actor.name, caller, null, (context) => {
        const registrar = new Registrar(context, actor)
        const results = work(registrar)
        registrar.finish()
        return Uint8Array.from(results, (result) => ROW_RESULTS.indexOf(result))
      })
      return { kind: 'rows', results }
    })
  }

  /** Saves what was only counted in memory; called now and then and at the end. */
  save(): void {
    if (!this.#requests.hasUnsaved) return
    const { registry, clock } = this.#parts
    registry.transact('system', () => {
      this.#requests.save(clock.nowMs())
    })
  }

  async #call(
    name: OperationName, operation: Operation, input: CallInput, caller: Caller,
  ): Promise<CallResult> {
    const actor = this.#admitTo(operation.scope, caller)
    const parts = checkParts(operation, input, caller)
    if (operation.versioned && (input.ifMatch ?? null) === null) {
      throw new DeskRefusal('version-needed')
    }
    const early = operation.before === null ? undefined : await this.#prepare(operation, parts)
    const who = actor?.name ?? `open:${caller.address}`
    const key = operation.repeatable ? input.idempotencyKey ?? null : null
    const hash = key === null ? null : hashCall(name, parts)
    const done = this.#transact(who, caller, input.ifMatch ?? null, (context) => {
      const remembered = key === null || hash === null
        ? undefined
        : findReply(context, who, key, hash)
      if (remembered !== undefined) return remembered
      const done = operation.run(context, parts, actor, early)
      if (!('declined' in done) && key !== null && hash !== null) {
        saveReply(context, who, key, hash, done)
      }
      return done
    })
    if ('declined' in done) {
      if (done.declined.code === 'wrong-credentials') {
        this.#guesses.add(clientOf(caller.address), this.#parts.clock.nowMs())
      }
      throw done.declined
    }
    return { kind: 'done', value: done.value, version: done.version ?? null }
  }

  #admitTo(scope: Operation['scope'], caller: Caller): Actor | null {
    if (scope === 'open') return this.#admitAnyone(caller)
    return scope === 'signed' ? this.#admitSigner(caller) : this.#admit(scope, caller)
  }

  /** An open call: only so many from one address. */
  #admitAnyone({ address }: Caller): null {
    const nowMs = this.#parts.clock.nowMs()
    const client = clientOf(address)
    const waits = Math.max(
      this.#guesses.waitSeconds(client, nowMs), this.#openCalls.waitSeconds(client, nowMs))
    if (waits > 0) throw new DeskRefusal('locked-out', { retryAfterSeconds: waits })
    this.#openCalls.add(client, nowMs)
    return null
  }

  /** A signed call: from an address that has not sent too many wrong signatures. */
  #admitSigner({ address }: Caller): null {
    const waits = this.#forgeries.waitSeconds(clientOf(address), this.#parts.clock.nowMs())
    if (waits > 0) throw new DeskRefusal('locked-out', { retryAfterSeconds: waits })
    return null
  }

  /** Who calls; whether they may, and may now. */
  #admit(scope: Scope | 'anyone', caller: Caller): Actor {
    const actor = this.#authenticate(caller)
    if (scope !== 'anyone') assertScope(scope, actor)
    const holders = actor.key === null ? [actor.organisation] : [actor.organisation, actor.key]
    const denied = this.#requests.take(holders, this.#parts.clock.nowMs())
    if (denied === undefined) return actor
    throw new DeskRefusal(denied.reason === 'daily' ? 'daily-limit' : 'rate', {
      retryAfterSeconds: denied.retryAfterSeconds,
    })
  }

  #authenticate(caller: Caller): Actor {
    if (caller.secret === null) throw new DeskRefusal('not-authenticated')
    const nowMs = this.#parts.clock.nowMs()
    const actor = findActor(this.#parts.registry.store.desk, caller.secret, nowMs)
    if (actor === undefined) throw new DeskRefusal('wrong-credentials')
    return actor
  }

  /** Slow work before the transaction; only so much of it at once. */
  async #prepare(operation: Operation, parts: UncheckedInput): Promise<unknown> {
    if (this.#early >= PASSWORD_CHECK_COUNT_MAX) {
      throw new DeskRefusal('busy', { retryAfterSeconds: 1 })
    }
    this.#early++
    try {
      const { registry, clock } = this.#parts
      const { store } = registry
      const readable = { store: store.desk, records: store, nowMs: clock.nowMs() }
      return await operation.before?.(readable, parts)
    } finally {
      this.#early--
    }
  }

  #transact<T>(
    actor: string, caller: Caller, ifMatch: Context['ifMatch'], work: (context: Context) => T,
  ): T {
    const { registry, clock, siteBytes, onNoted } = this.#parts
    const nowMs = clock.nowMs()
    const { desk } = registry.store
    let notedCount = 0
    const result = registry.transact(actor, (write: ChangeWriter) => work({
      store: desk, records: registry.store, nowMs, language: caller.language, siteBytes, ifMatch,
      change: write,
      note(subject, action, more) {
        notedCount++
        desk.journal.append({
          timeMs: nowMs, actor, subject, action, before: more?.before ?? null,
          after: more?.after ?? null, reason: more?.reason ?? null,
        })
      },
    }))
    if (notedCount > 0) onNoted?.()
    return result
  }

  // The work is synchronous; a promise is what the stand-in of another thread needs.
  #settle<T>(caller: Caller, work: () => T): Promise<T | Refusal> {
    try {
      return Promise.resolve(work())
    } catch (error) {
      return Promise.resolve(this.#refuse(error, caller))
    }
  }

  #refuse(error: unknown, { language }: Caller): Refusal {
    const refusal = error instanceof DeskRefusal ? error : this.#failure(error)
    const { retryAfterSeconds = null } = refusal.details
    return { kind: 'refused', ...tellRefusal(refusal, language), retryAfterSeconds }
  }

  #failure(error: unknown): DeskRefusal {
    this.#parts.onError(error)
    return new DeskRefusal(error instanceof StoreWriteError ? 'read-only' : 'failed')
  }
}

function assertScope(scope: Scope, actor: Actor): void {
  if (!actor.scopes.has(scope)) throw new DeskRefusal('forbidden', { what: scope })
}

function checkParts(operation: Operation, input: CallInput, caller: Caller): UncheckedInput {
  const { language } = caller
  return {
    params: check(operation.params ?? nothing, input.params ?? {}, 'params', language),
    query: check(operation.query ?? nothing, input.query ?? {}, 'query', language),
    body: operation.body === null
      ? undefined
      : check(operation.body, input.body ?? {}, 'body', language),
  }
}

/** What a call asks for; passwords are left out, since a plain hash does not keep them. */
function hashCall(name: OperationName, parts: UncheckedInput): Buffer {
  const text = JSON.stringify([name, parts], (field, value: unknown) =>
    field === 'password' ? undefined : value)
  return createHash('sha256').update(text).digest()
}

const keptReply = z.strictObject({ value: z.unknown(), version: z.number().nullable() })

function findReply(
  { store, nowMs }: Context, caller: string, key: string, hash: Buffer,
): Done<unknown> | undefined {
  const stored = store.usage.findReply(caller, key, nowMs)
  if (stored === undefined) return undefined
  if (!stored.requestHash.equals(hash)) throw new DeskRefusal('idempotency-mismatch')
  const { value, version } = keptReply.parse(JSON.parse(stored.reply))
  return { value, ...(version === null ? {} : { version }) }
}

function saveReply(
  { store, nowMs }: Context, caller: string, key: string, hash: Buffer,
  done: Exclude<Done<unknown> | Declined, Declined>,
): void {
  const reply = JSON.stringify({ value: done.kept ?? done.value, version: done.version ?? null })
  const stored = { requestHash: hash, reply }
  store.usage.saveReply(caller, key, stored, nowMs + REPLY_KEPT_MS, nowMs)
}
