import type { MessagePort } from 'node:worker_threads'
import type { Desk } from '../desk/door.ts'
import type { SlowAnswerer } from '../native/slow-answerer.ts'
import type { Administration } from '../registry/administration.ts'
import { OFFICE_CALLS_MAX } from './limits.ts'
import { packData, unpackData } from './plain-data.ts'

/** What stands behind every thread's doors, once in the whole node. */
export interface Office {
  readonly administration: Administration
  /** Null where native messages take no changes. */
  readonly slow: SlowAnswerer | null
  /** Null where there is no registration desk. */
  readonly desk: Desk | null
}

/** All that threads ask of the office, by name. */
type Services = Administration & SlowAnswerer & Desk
type Method = keyof Services

const DESK_METHODS: ReadonlySet<Method> = new Set<keyof Desk>([
  'call', 'openStream', 'findTemplate', 'register', 'remove',
])

interface Call {
  readonly id: number
  readonly method: Method
  readonly args: readonly unknown[]
}

type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }

/** The office could not be asked, or failed; what was asked may have happened or not. */
export class OfficeError extends Error {
  override readonly name = 'OfficeError'
}

/**
 * Sends what is said in one turn of the event loop in one piece: between threads a message of its
 * own costs more than a change does, and the changes of one piece share a commit.
 */
class Mouthpiece<T> {
  readonly #port: MessagePort
  #unsent: T[] = []

  constructor(port: MessagePort) {
    this.#port = port
  }

  say(message: T): void {
    if (this.#unsent.push(message) > 1) return
    process.nextTick(() => {
      const all = this.#unsent
      this.#unsent = []
      this.#port.postMessage(all)
    })
  }
}

/** Answers the calls of one thread; when that has died, answers to it are simply not heard. */
export function serveOffice(port: MessagePort, office: Office): void {
  const { administration, slow, desk } = office
  const run = (method: Method, args: readonly unknown[]): unknown => {
    const target = method === 'answer' || method === 'goOn'
      ? slow
      : DESK_METHODS.has(method) ? desk : administration
    const service: unknown = target === null ? undefined : Reflect.get(target, method)
    if (typeof service !== 'function') throw new OfficeError(`nobody does ${method} here`)
    return Reflect.apply(service, target, args)
  }
  const replies = new Mouthpiece<Reply>(port)
  const reply = async ({ id, method, args }: Call): Promise<void> => {
    try {
      const result = await run(method, args)
      replies.say({ id, result: packData(result) })
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      replies.say({ id, error: text })
    }
  }
  port.on('message', (calls: readonly Call[]) => {
    for (const packed of calls) {
      // Only our own threads have the other end, so a call is what it says.
      const call = unpackData(packed) as Call
      // A port hands over message after message while there are any, and during a batch of a
      // stream the next one comes: everybody else would wait for the end of the stream.
      if (DESK_METHODS.has(call.method)) setImmediate(() => void reply(call))
      else void reply(call)
    }
  })
}

/**
 * The office as a resolver thread sees it: the same calls, sent to the main thread. Bounded in
 * calls under way; beyond that they are told "busy" here.
 */
export function connectOffice(
  port: MessagePort, has: { readonly native: boolean; readonly desk: boolean },
): Office {
  const calls = new OfficeCalls(port)
  const busy = { kind: 'refused', reason: 'busy', message: 'Busy; try again', indexes: [] } as const
  const administration: Administration = {
    execute: (...args) =>
      calls.full ? Promise.resolve(busy) : calls.call('execute', args),
    openSession: (...args) =>
      calls.full ? Promise.resolve({ kind: 'busy' }) : calls.call('openSession', args),
    proveSession: (...args) =>
      calls.full ? Promise.resolve({ kind: 'busy' }) : calls.call('proveSession', args),
    findSession: (...args) =>
      calls.full ? Promise.resolve({ kind: 'busy' }) : calls.call('findSession', args),
    closeSession: (...args) => calls.call('closeSession', args),
    verify: (...args) =>
      calls.full ? Promise.resolve(undefined) : calls.call('verify', args),
  }
  const slow: SlowAnswerer = {
    answer: (...args) => calls.call('answer', args),
    goOn: (...args) => calls.call('goOn', args),
  }
  const full = {
    kind: 'refused', code: 'busy', message: 'Busy; try again', issues: [], retryAfterSeconds: 1,
  } as const
  const desk: Desk = {
    call: (...args) => calls.full ? Promise.resolve(full) : calls.call('call', args),
    openStream: (...args) => calls.full ? Promise.resolve(full) : calls.call('openStream', args),
    findTemplate: (...args) =>
      calls.full ? Promise.resolve(full) : calls.call('findTemplate', args),
    register: (...args) => calls.full ? Promise.resolve(full) : calls.call('register', args),
    remove: (...args) => calls.full ? Promise.resolve(full) : calls.call('remove', args),
  }
  return { administration, slow: has.native ? slow : null, desk: has.desk ? desk : null }
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: OfficeError) => void
}

/** Calls to the main thread that wait for its reply. */
class OfficeCalls {
  readonly #calls: Mouthpiece<Call>
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  constructor(port: MessagePort) {
    this.#calls = new Mouthpiece(port)
    port.on('message', (replies: readonly Reply[]) => {
      for (const reply of replies) this.#settle(reply)
    })
    port.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new OfficeError('the node stops'))
      this.#waiting.clear()
    })
    // A thread that has nothing else to do may end.
    port.unref()
  }

  get full(): boolean {
    return this.#waiting.size >= OFFICE_CALLS_MAX
  }

  call<M extends Method>(method: M, args: Parameters<Services[M]>): ReturnType<Services[M]> {
    const id = ++this.#lastId
    const result = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
    })
    this.#calls.say({ id, method, args: args.map(packData) })
    // Only our own main thread replies, with what that method gives.
    return result as ReturnType<Services[M]>
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('error' in reply) waiting?.reject(new OfficeError(reply.error))
    else waiting?.resolve(unpackData(reply.result))
  }
}
