import { announcedLength } from './admit.ts'
import { ENVELOPE_BYTES, ENVELOPE_FLAG, HEADER_BYTES, OFFSET } from './layout.ts'
import {
  DATAGRAM_PAYLOAD_BYTES_MAX,
  MESSAGE_BYTES_MAX,
  REASSEMBLY_BYTES_MAX,
  REASSEMBLY_COUNT_MAX,
  REASSEMBLY_TIMEOUT_MS,
} from './limits.ts'

/**
 * Splits a whole message into datagrams (§7.1 UDP): each carries a copy of the envelope with its
 * own sequence number, the total length of the message, and TC set.
 * @param message envelope and message
 * @returns the message itself when it fits one datagram
 */
export function encodeFragments(message: Buffer): Buffer[] {
  const payloadBytes = message.length - ENVELOPE_BYTES
  if (payloadBytes <= DATAGRAM_PAYLOAD_BYTES_MAX) return [message]
  const datagrams: Buffer[] = []
  for (let at = 0; at < payloadBytes; at += DATAGRAM_PAYLOAD_BYTES_MAX) {
    const size = Math.min(DATAGRAM_PAYLOAD_BYTES_MAX, payloadBytes - at)
    const datagram = Buffer.allocUnsafe(ENVELOPE_BYTES + size)
    message.copy(datagram, 0, 0, ENVELOPE_BYTES)
    message.copy(datagram, ENVELOPE_BYTES, ENVELOPE_BYTES + at, ENVELOPE_BYTES + at + size)
    datagram.writeUInt8((datagram[OFFSET.flags] ?? 0) | ENVELOPE_FLAG.truncated, OFFSET.flags)
    datagram.writeInt32BE(datagrams.length, OFFSET.sequence)
    datagrams.push(datagram)
  }
  return datagrams
}

interface Partial {
  readonly total: number
  readonly startedMs: number
  readonly parts: Map<number, Buffer>
  bytes: number
}

/**
 * Puts fragmented messages together (§7.1 UDP), keyed by sender and request id, in any order.
 * Bounded in messages, bytes and time; what is incomplete too long is forgotten.
 */
export class Reassembler {
  readonly #partials = new Map<string, Partial>()
  #heldBytes = 0

  /** Messages that are incomplete now. */
  get pendingCount(): number {
    return this.#partials.size
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * Takes one fragment. @returns the whole message (envelope with TC cleared, sequence 0) when
   * this was the missing part, else undefined.
   * @param peer the sender, as text
   */
  add(fragment: Buffer, peer: string, nowMs: number): Buffer | undefined {
    this.expire(nowMs)
    const total = announcedLength(fragment, 0)
    if (total < HEADER_BYTES || total > MESSAGE_BYTES_MAX) return undefined
    const sequence = fragment.readInt32BE(OFFSET.sequence)
    const fragmentCount = Math.ceil(total / DATAGRAM_PAYLOAD_BYTES_MAX)
    const size = fragment.length - ENVELOPE_BYTES
    if (sequence < 0 || sequence >= fragmentCount) return undefined
    const last = sequence === fragmentCount - 1
    const expected = last
      ? total - (fragmentCount - 1) * DATAGRAM_PAYLOAD_BYTES_MAX
      : DATAGRAM_PAYLOAD_BYTES_MAX
    if (size !== expected) return undefined
    const id = `${peer} ${fragment.readUInt32BE(OFFSET.requestId)}`
    const partial = this.#partials.get(id) ?? this.#begin(id, total, nowMs)
    if (partial.total !== total || partial.parts.has(sequence)) return undefined
    partial.parts.set(sequence, Buffer.from(fragment))
    partial.bytes += size
    this.#heldBytes += size
    if (partial.parts.size < fragmentCount) {
      if (this.#heldBytes > REASSEMBLY_BYTES_MAX) this.#forgetOldest()
      return undefined
    }
    this.#forget(id, partial)
    return joinFragments(partial.parts, fragmentCount, total)
  }

  /** Gives up what has waited longer than REASSEMBLY_TIMEOUT_MS. */
  expire(nowMs: number): void {
    for (const [id, partial] of this.#partials) {
      if (nowMs - partial.startedMs < REASSEMBLY_TIMEOUT_MS) return
      this.#forget(id, partial)
    }
  }

  #begin(id: string, total: number, nowMs: number): Partial {
    if (this.#partials.size >= REASSEMBLY_COUNT_MAX) this.#forgetOldest()
    const partial: Partial = { total, startedMs: nowMs, parts: new Map(), bytes: 0 }
    this.#partials.set(id, partial)
    return partial
  }

  #forgetOldest(): void {
    for (const [id, partial] of this.#partials) {
      this.#forget(id, partial)
      return
    }
  }

  #forget(id: string, partial: Partial): void {
    this.#partials.delete(id)
    this.#heldBytes -= partial.bytes
  }
}

function joinFragments(parts: Map<number, Buffer>, count: number, total: number): Buffer {
  const message = Buffer.allocUnsafe(ENVELOPE_BYTES + total)
  for (let sequence = 0; sequence < count; sequence++) {
    const part = parts.get(sequence)
    if (part === undefined) throw new Error('a fragment is missing though all were counted')
    if (sequence === 0) part.copy(message, 0, 0, ENVELOPE_BYTES)
    part.copy(message, ENVELOPE_BYTES + sequence * DATAGRAM_PAYLOAD_BYTES_MAX, ENVELOPE_BYTES)
  }
  message.writeUInt8((message[OFFSET.flags] ?? 0) & ~ENVELOPE_FLAG.truncated, OFFSET.flags)
  message.writeInt32BE(0, OFFSET.sequence)
  return message
}
