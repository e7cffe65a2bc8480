import type { Command, CommandResult, Identity } from '../record/command.ts'

/** Where a request came from: for limits on guessing, and for rules that ask for encryption. */
export interface Origin {
  readonly transport: 'udp' | 'tcp' | 'http' | 'https'
  /** The peer's IP address, as text. */
  readonly address: string
}

/** What someone shows to prove who they are. Plain data: it crosses threads. */
export type Proof =
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; readonly identity: Identity; readonly secret: Buffer }
  /** A session that was authenticated before, over HTTP. */
  | { readonly kind: 'session'; readonly sessionId: string }
  | CertificateProof

/** TLS has verified that the peer holds this key; `publicKey` is its SPKI form (DER). */
export interface CertificateProof {
  readonly kind: 'certificate'
  readonly identity: Identity
  readonly publicKey: Buffer
}

/** The proof that answers a session's nonce, as the `Handle` header carries it (§10.6). */
export interface SessionProof {
  readonly identity: Identity
  readonly type: 'HS_PUBKEY' | 'HS_SECKEY'
  readonly clientNonce: Buffer
  /** As the client wrote it, such as `SHA256` or `PBKDF2-HMAC-SHA1`. */
  readonly algorithm: string
  readonly signature: Buffer
  readonly stretching: {
    readonly salt: Buffer
    readonly rounds: number
    readonly keyBits: number
  } | null
}

/** An HTTP session as its client sees it. */
export interface SessionState {
  readonly sessionId: string
  readonly nonce: Buffer
  readonly authenticated: Identity | null
  /** The node's own signature over both nonces, when a client nonce was given. */
  readonly server: { readonly algorithm: string; readonly signature: Buffer } | null
}

export type SessionResult =
  | { readonly kind: 'session'; readonly session: SessionState }
  | { readonly kind: 'unknown-session' }
  | { readonly kind: 'wrong-proof'; readonly message: string }
  | { readonly kind: 'busy' }

/** A question whether someone's answer to a challenge is right (opcode 201, §10.1). */
export interface Verification {
  readonly identity: Identity
  /** Nonce and request digest (or client nonce), one behind the other. */
  readonly challenge: Buffer
  /** The answer in its wire form (§5.2 and §5.3). */
  readonly answer: Buffer
}

/**
 * Everything that changes records or needs a secret. There is one, in the main thread; resolver
 * threads hold a stand-in that sends the same calls there. Arguments and results are plain data.
 */
export interface Administration {
  /** Checks the proof, the rights, the rules; commits; answers after the commit. */
  execute(command: Command, proof: Proof, origin: Origin): Promise<CommandResult>
  /** Opens a session that nobody has proven anything to yet. */
  openSession(clientNonce: Buffer | null, origin: Origin): Promise<SessionResult>
  /** Answers a session's nonce, or shows a certificate in its place. */
  proveSession(
    sessionId: string, proof: SessionProof | CertificateProof, origin: Origin,
  ): Promise<SessionResult>
  findSession(sessionId: string): Promise<SessionResult>
  closeSession(sessionId: string): Promise<void>
  /** @returns undefined when the identity's key could not be found out in time */
  verify(verification: Verification, origin: Origin): Promise<boolean | undefined>
}
