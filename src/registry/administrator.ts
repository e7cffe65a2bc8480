import { type IdentifierKey, parseIdentifier } from '../identifier/identifier.ts'
import { randomName } from '../lib/random.ts'
import type { Command, CommandResult, Identity } from '../record/command.ts'
import { refuse, type Refused } from '../record/rules.ts'
import type { HandleValue } from '../record/value.ts'
import type {
  Administration, CertificateProof, Origin, Proof, SessionProof, SessionResult, Verification,
} from './administration.ts'
import type { Authenticator } from './authenticator.ts'
import { type Asker, decide, lawOf, type Undecided, type WriteCommand } from './decide.ts'
import type { IdentityKeys } from './identity-keys.ts'
import { FETCH_COUNT_MAX, FETCH_ROUNDS_MAX } from './limits.ts'
import { isAnswerRight, isSamePublicKey, isSecretRight } from './proofs.ts'
import type { Reader } from './reader.ts'
import type { Registry } from './registry.ts'
import type { SessionDesk } from './session-desk.ts'
import type { Writer } from './writer.ts'

export interface AdministratorParts {
  readonly registry: Registry
  readonly reader: Reader
  readonly writer: Writer
  readonly keys: IdentityKeys
  readonly authenticator: Authenticator
  readonly sessions: SessionDesk
  /** Who may do everything. */
  readonly serverAdministrators: readonly Identity[]
}

const NEEDED: CommandResult = { kind: 'authentication-needed' }
const WRONG_SECRET = refuse('authentication-failed', 'Identity not verified')
const UNREACHABLE = refuse(
  'authentication-error', 'A group of administrators could not be looked up')

/** Runs commands: proof, rights, rules, commit, in that one place for every door. */
export class Administrator implements Administration {
  readonly #parts: AdministratorParts

  constructor(parts: AdministratorParts) {
    this.#parts = parts
  }

  /**
   * What would fail for anyone fails before a proof is asked for or looked at (§9.4 Write
   * rules); only then is it found out who asks, and whether they may.
   */
  async execute(asked: Command, proof: Proof, origin: Origin): Promise<CommandResult> {
    const command = named(asked)
    const outlook = this.outlookOf(command)
    // What anyone may do is done whatever they show, as over the native doors, which never ask.
    if (outlook === undefined) return this.executeAs(command, null)
    if (outlook.kind === 'refused' || proof.kind === 'none') return outlook
    const identity = await this.#identityOf(proof, origin)
    if (identity === null) return NEEDED
    return 'kind' in identity ? identity : this.executeAs(command, identity)
  }

  /**
   * What becomes of a command as far as it does not matter who asks: refused, or a proof is
   * needed. @returns undefined when anyone may have it done
   */
  outlookOf(asked: Command): CommandResult | undefined {
    const command = named(asked)
    const anyone: Asker = { identity: null, foreign: new Map() }
    if (!isWrite(command)) return settled(this.#parts.reader.check(command, anyone))
    const { registry, serverAdministrators } = this.#parts
    const decision = decide(
      command, anyone, lawOf(registry, registry.clock, serverAdministrators))
    return decision.kind === 'change' ? undefined : settled(decision)
  }

  /** Runs a command for someone who is known. @param identity null for anyone */
  async executeAs(asked: Command, identity: Identity | null): Promise<CommandResult> {
    const command = named(asked)
    const { reader, writer } = this.#parts
    const foreign = new Map<IdentifierKey, readonly HandleValue[] | null>()
    let unreachable = false
    for (let round = 0; round < FETCH_ROUNDS_MAX; round++) {
      const asker = { identity, foreign }
      const done = await (isWrite(command)
        ? writer.submit(command, asker)
        : reader.read(command, asker))
      if (done.kind !== 'undecided') {
        const denied = done.kind === 'refused' && done.reason === 'invalid-administrator'
        return denied && unreachable ? UNREACHABLE : done
      }
      if (!(await this.#fetchGroups(done, foreign))) unreachable = true
    }
    return UNREACHABLE
  }

  async openSession(clientNonce: Buffer | null, origin: Origin): Promise<SessionResult> {
    return this.#parts.sessions.open(clientNonce, origin)
  }

  async proveSession(
    sessionId: string, proof: SessionProof | CertificateProof, origin: Origin,
  ): Promise<SessionResult> {
    return this.#parts.sessions.prove(sessionId, proof, origin)
  }

  findSession(sessionId: string): Promise<SessionResult> {
    return Promise.resolve(this.#parts.sessions.find(sessionId))
  }

  closeSession(sessionId: string): Promise<void> {
    this.#parts.sessions.close(sessionId)
    return Promise.resolve()
  }

  /** Wrong answers count as failed authentications: else this were the place for guessing. */
  async verify(verification: Verification, origin: Origin): Promise<boolean | undefined> {
    const { identity, challenge, answer } = verification
    const refused = await this.#parts.authenticator.refusalOf(
      identity, 'any', (key) => isAnswerRight(answer, key, challenge), origin)
    if (refused === undefined) return true
    const known = refused.reason !== 'busy' && refused.reason !== 'authentication-error'
    return known ? false : undefined
  }

  /** @returns null for a session in which nobody has proven anything, or that is gone */
  async #identityOf(
    proof: Exclude<Proof, { kind: 'none' }>, origin: Origin,
  ): Promise<Identity | Refused | null> {
    const { authenticator, sessions } = this.#parts
    if (proof.kind === 'session') return sessions.identityOf(proof.sessionId)
    const refused = proof.kind === 'secret'
      ? await authenticator.refusalOf(
          proof.identity, 'HS_SECKEY', (key) => isSecretRight(proof.secret, key), origin)
      : await authenticator.refusalOf(
          proof.identity, 'HS_PUBKEY', (key) => isSamePublicKey(proof.publicKey, key), origin)
    // Whether the name or the secret is wrong is nobody's business.
    if (refused?.reason === 'invalid-administrator') return WRONG_SECRET
    return refused ?? proof.identity
  }

  /** Reads groups that live elsewhere. @returns false when one could not be looked up */
  async #fetchGroups(
    { unknown }: Undecided, foreign: Map<IdentifierKey, readonly HandleValue[] | null>,
  ): Promise<boolean> {
    const { keys } = this.#parts
    const room = Math.max(0, FETCH_COUNT_MAX - foreign.size)
    const wanted = [...unknown]
    for (const key of wanted.slice(room)) foreign.set(key, null)
    const found = await Promise.all(wanted.slice(0, room).map(async (key) => {
      // A node that asks nobody knows of no groups but its own.
      const values = keys.asksOthers ? await keys.fetch(key, ['HS_VLIST']) : null
      foreign.set(key, values ?? null)
      return values !== undefined
    }))
    return found.every(Boolean) && wanted.length <= room
  }
}

/** What a check says to one whom it does not know: nobody's groups are looked into for that. */
function settled(checked: Undecided | CommandResult | undefined): CommandResult | undefined {
  return checked?.kind === 'undecided' ? NEEDED : checked
}

function isWrite(command: Command): command is WriteCommand {
  return command.kind !== 'read' && command.kind !== 'list' && command.kind !== 'list-prefixes'
}

/** A creation that mints, with the name that it makes; anything else as it is. */
function named(command: Command): Command {
  if (command.kind !== 'create' || !command.mint) return command
  const handle = parseIdentifier(`${command.handle}${randomName().toUpperCase()}`)
  // One that is too long by its suffix is refused where names are checked.
  return handle === undefined ? command : { ...command, handle, mint: false }
}
