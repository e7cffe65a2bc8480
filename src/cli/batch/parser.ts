import { prefixOfRecordName } from '../../identifier/homing.ts'
import { type Identifier, parseIdentifier } from '../../identifier/identifier.ts'
import { BytesError } from '../../lib/bytes.ts'
import { type HostPort, parseHostPort } from '../../lib/host-port.ts'
import type { Command, Identity } from '../../record/command.ts'
import type { HandleValue } from '../../record/value.ts'
import { parseIdentity } from '../admin/auth.ts'
import { parseBatchValue } from '../admin/batch-value.ts'
import { parseIndex, ValueLineError } from '../admin/value-line.ts'

/** What a batch file says, piece by piece; `line` is the last line that belongs to the piece. */
export type BatchEntry =
  | {
      readonly kind: 'command'
      readonly line: number
      /** As the log calls it. */
      readonly operation: string
      readonly name: string
      readonly command: BatchCommand
      /** The server that the file names for it; null for the usual one. */
      readonly server: HostPort | null
    }
  | {
      readonly kind: 'invalid'
      readonly line: number
      readonly message: string
      /** Whether it would have been an operation. */
      readonly counts: boolean
    }
  | {
      readonly kind: 'authenticate'
      readonly line: number
      readonly identity: Identity
      readonly proof:
        | { readonly kind: 'secret'; readonly secret: string }
        | { readonly kind: 'key'; readonly path: string; readonly passphrase: string | null }
    }
  | { readonly kind: 'session'; readonly line: number; readonly use: boolean }

/** Batch files change things; they read nothing. */
export type BatchCommand = Extract<Command, { kind: keyof typeof operations }>

type Verb = 'create' | 'add' | 'modify'

/** What the lines up to the next blank one belong to. */
type Block =
  | { readonly kind: 'none' }
  /** Of a command that could not be understood. */
  | { readonly kind: 'skip' }
  | {
      readonly kind: 'values'
      readonly verb: Verb
      readonly name: string
      readonly values: HandleValue[]
      fault: string | null
    }
  | { readonly kind: 'prefixes'; readonly verb: 'home' | 'unhome'; readonly server: HostPort }
  | { readonly kind: 'proof'; readonly type: 'SECKEY' | 'PUBKEY'; readonly identity: Identity }
  | { readonly kind: 'session'; use: boolean; fault: string | null }

const operations = {
  create: 'create', add: 'add values', modify: 'modify values', remove: 'remove values',
  delete: 'delete', home: 'home/unhome', unhome: 'home/unhome',
} as const
const none: Block = { kind: 'none' }
const skip: Block = { kind: 'skip' }
/** What may stand in a SESSIONSETUP; the way to a session key is Diffie-Hellman in any case. */
const sessionWords: ReadonlySet<string> = new Set([
  'USESESSION', 'PUBEXNGKEYFILE', 'PUBEXNGKEYREF', 'PRIVEXNGKEYFILE', 'PASSPHRASE', 'OPTIONS',
  'TIMEOUT',
])

/** Reads a batch file of the field line by line (§13 Features, batch file). */
export class BatchParser {
  #block: Block = none
  #line = 0

  /** Lines read so far. */
  get lineCount(): number {
    return this.#line
  }

  /** Takes the next line. @returns what is complete with it */
  push(text: string): BatchEntry | undefined {
    this.#line++
    const line = text.trim()
    const block = this.#block
    if (line === '') return this.#endBlock(block)
    switch (block.kind) {
      case 'none':
        return this.#startCommand(line)
      case 'skip':
        return undefined
      case 'values':
        this.#addValue(block, line)
        return undefined
      case 'prefixes':
        return this.#prefix(block, line)
      case 'proof':
        this.#block = none
        return this.#proof(block, line)
      case 'session':
        this.#sessionLine(block, line)
        return undefined
    }
  }

  /** The end of the file ends what is open. */
  end(): BatchEntry | undefined {
    return this.#endBlock(this.#block)
  }

  #endBlock(block: Block): BatchEntry | undefined {
    this.#block = none
    switch (block.kind) {
      case 'values':
        return this.#record(block)
      case 'proof':
        return this.#invalid('the line after AUTHENTICATE is missing', false)
      case 'session':
        return block.fault === null
          ? { kind: 'session', line: this.#line, use: block.use }
          : this.#invalid(block.fault, false)
      default:
        return undefined
    }
  }

  #startCommand(line: string): BatchEntry | undefined {
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? []
    switch (word.toUpperCase()) {
      case 'CREATE':
        this.#startValues('create', rest)
        return undefined
      case 'ADD':
        this.#startValues('add', rest)
        return undefined
      case 'MODIFY':
        this.#startValues('modify', rest)
        return undefined
      case 'REMOVE': return this.#remove(rest)
      case 'DELETE': return this.#delete(rest)
      case 'HOME': return this.#startPrefixes('home', rest)
      case 'UNHOME': return this.#startPrefixes('unhome', rest)
      case 'AUTHENTICATE': return this.#startProof(rest)
      case 'SESSIONSETUP':
        this.#block = { kind: 'session', use: true, fault: null }
        return undefined
      default:
        return this.#invalid(`"${word}" is no command`, false)
    }
  }

  #startValues(verb: Verb, name: string): void {
    this.#block = { kind: 'values', verb, name, values: [], fault: null }
  }

  #addValue(block: Extract<Block, { kind: 'values' }>, line: string): void {
    if (block.fault !== null) return
    try {
      block.values.push(parseBatchValue(line))
    } catch (error) {
      block.fault = `line ${this.#line}: ${faultOf(error)}`
    }
  }

  #record({ verb, name, values, fault }: Extract<Block, { kind: 'values' }>): BatchEntry {
    const handle = parseIdentifier(name)
    if (handle === undefined) return this.#invalid(`${verb}: "${name}" is no identifier`, true)
    if (fault !== null) return this.#invalid(`${verb}:${name}: ${fault}`, true)
    if (values.length === 0) return this.#invalid(`${verb}:${name}: there are no values`, true)
    switch (verb) {
      case 'create':
        return this.#command(name, { kind: verb, handle, values, overwrite: false, mint: false })
      case 'add':
        return this.#command(name, { kind: verb, handle, values, overwrite: false })
      case 'modify':
        return this.#command(name, { kind: verb, handle, values })
    }
  }

  #remove(rest: string): BatchEntry {
    const colon = rest.indexOf(':')
    const name = rest.slice(colon + 1).trim()
    const handle = parseIdentifier(name)
    if (colon < 0 || handle === undefined) {
      return this.#invalid('remove: write INDEX,INDEX:IDENTIFIER', true)
    }
    try {
      const indexes = rest.slice(0, colon).split(',').map((text) => parseIndex(text.trim()))
      return this.#command(name, { kind: 'remove', handle, indexes })
    } catch (error) {
      return this.#invalid(`remove:${name}: ${faultOf(error)}`, true)
    }
  }

  #delete(name: string): BatchEntry {
    const handle: Identifier | undefined = parseIdentifier(name)
    return handle === undefined
      ? this.#invalid(`delete: "${name}" is no identifier`, true)
      : this.#command(name, { kind: 'delete', handle })
  }

  #startPrefixes(verb: 'home' | 'unhome', rest: string): BatchEntry | undefined {
    const match = /^(.+):(\w+)$/.exec(rest)
    const server = parseHostPort(match?.[1] ?? '')
    // Homing is asked for over TCP, where it can be proven; UDP has the same port.
    const known = ['TCP', 'UDP'].includes(match?.[2]?.toUpperCase() ?? '')
    this.#block = server === undefined || !known ? skip : { kind: 'prefixes', verb, server }
    if (this.#block !== skip) return undefined
    return this.#invalid(`${verb}: "${rest}" is no ADDRESS:PORT:TCP`, false)
  }

  #prefix(block: Extract<Block, { kind: 'prefixes' }>, name: string): BatchEntry {
    const prefix = prefixOfRecordName(name)
    if (prefix === undefined) {
      return this.#invalid(`${block.verb}: "${name}" is no 0.NA/PREFIX`, true)
    }
    return this.#command(name, { kind: block.verb, prefix }, block.server)
  }

  #startProof(rest: string): BatchEntry | undefined {
    const match = /^(SECKEY|PUBKEY):\s*(.+)$/i.exec(rest)
    const identity = parseIdentity(match?.[2]?.trim() ?? '')
    this.#block = skip
    if (match === null || identity === undefined) {
      return this.#invalid('authenticate: write SECKEY:INDEX:IDENTIFIER or PUBKEY:…', false)
    }
    const type = match[1]?.toUpperCase() === 'SECKEY' ? 'SECKEY' : 'PUBKEY'
    this.#block = { kind: 'proof', type, identity }
    return undefined
  }

  #proof({ type, identity }: Extract<Block, { kind: 'proof' }>, line: string): BatchEntry {
    const entry = { kind: 'authenticate', line: this.#line, identity } as const
    if (type === 'SECKEY') return { ...entry, proof: { kind: 'secret', secret: line } }
    const bar = line.indexOf('|')
    const path = bar < 0 ? line : line.slice(0, bar).trim()
    const passphrase = bar < 0 ? null : line.slice(bar + 1).trim()
    return { ...entry, proof: { kind: 'key', path, passphrase } }
  }

  #sessionLine(block: Extract<Block, { kind: 'session' }>, line: string): void {
    const [, word = '', rest = ''] = /^([^:]*):?(.*)$/s.exec(line) ?? []
    const name = word.trim().toUpperCase()
    if (!sessionWords.has(name)) block.fault = `sessionsetup: "${word}" is no setting`
    if (name === 'USESESSION') block.use = Number(rest) > 0
  }

  #command(name: string, command: BatchCommand, server: HostPort | null = null): BatchEntry {
    const operation = operations[command.kind]
    return { kind: 'command', line: this.#line, operation, name, command, server }
  }

  #invalid(message: string, counts: boolean): BatchEntry {
    return { kind: 'invalid', line: this.#line, message, counts }
  }
}

/** What is wrong with a line, in its own words. */
function faultOf(error: unknown): string {
  if (error instanceof ValueLineError || error instanceof BytesError) return error.message
  if (error instanceof Error && 'syscall' in error) return error.message
  throw error
}
