import { getHeapStatistics } from 'node:v8'
import { ByteReader, BytesError } from '../../src/lib/bytes.ts'
import { decodeAdminRecord } from '../../src/record/admin.ts'
import { decodePublicKey } from '../../src/record/public-key.ts'
import { decodeSite } from '../../src/record/site.ts'
import { decodeValueList } from '../../src/record/value-list.ts'
import { decodeSecretKeyAnswer, decodeSignatureAnswer } from '../../src/wire/challenge-answer.ts'
import { decodeCredential } from '../../src/wire/credential.ts'
import { decodeEnvelope } from '../../src/wire/envelope.ts'
import { decodeHeader } from '../../src/wire/header.ts'
import { decodeMessage, decodePacket, encodeMessage } from '../../src/wire/message.ts'
import { decodeDumpStreamEntry, decodeTransactionStreamEntry } from '../../src/wire/stream.ts'
import { decodeValue, decodeValues, encodeValues } from '../../src/wire/values.ts'
import { versionOf } from '../../src/wire/version.ts'
import { hex, loadVectors } from '../wire/vectors.ts'
import { createDoorDecoders, type Decoder } from './doors.ts'
import { mutate, SeededRandom } from './mutate.ts'

/** Ways to fail: an error of another family, taking long, taking memory. */
export const canaries = ['throws', 'stalls', 'hoards'] as const
export type Canary = (typeof canaries)[number]

export interface Campaign {
  readonly seed: number
  readonly count: number
  /** Adds a decoder that does what none may do, to prove that it is found; null for none. */
  readonly canary: Canary | null
  readonly onProgress?: (done: number) => void
}

export interface Finding {
  readonly hex: string
  readonly decoder: string
  readonly reason: string
}

export interface CampaignResult {
  readonly finding: Finding | null
  readonly done: number
  /** How many inputs some decoder still took; without any, the inputs are too wild to matter. */
  readonly accepted: number
  readonly slowestMs: number
  readonly heapBytesMax: number
}

/** One input through all decoders takes microseconds; this leaves room for a busy machine. */
const inputMsMax = 250
/** Far above what decoding a message of 262,144 bytes takes, far below what a count could claim. */
const heapBytesLimit = 256 * 1024 * 1024
const progressEvery = 4096

const decoders: readonly Decoder[] = [
  ['message', (bytes) => encodesAgain(bytes)],
  ['lenient message', (bytes) => decodeMessage(bytes, { lenient: true })],
  ['message 2.3', (bytes) => decodeMessage(bytes, { version: versionOf(2, 3) })],
  ['packet', (bytes) => decodePacket(bytes)],
  ['lenient packet', (bytes) => decodePacket(bytes, { lenient: true })],
  ['envelope', (bytes) => decodeEnvelope(bytes.subarray(0, 20))],
  ['header', (bytes) => decodeHeader(bytes.subarray(0, 24))],
  ['values', (bytes) => sameValues(bytes)],
  ['value', decodeValue],
  ['site', decodeSite],
  ['admin', decodeAdminRecord],
  ['value list', decodeValueList],
  ['public key', decodePublicKey],
  ['credential', decodeCredential],
  ['secret-key answer', decodeSecretKeyAnswer],
  ['signature answer', decodeSignatureAnswer],
  ['changes', (bytes) => decodeTransactionStreamEntry(new ByteReader(bytes))],
  ['dump', (bytes) => decodeDumpStreamEntry(new ByteReader(bytes))],
]

/** What is accepted is written back as it came, but for the reserved byte of the header. */
function encodesAgain(bytes: Buffer): void {
  const again = encodeMessage(decodeMessage(bytes))
  again[15] = bytes[15] ?? 0
  if (!again.equals(bytes)) throw new Error('encodes to other bytes')
}

function sameValues(bytes: Buffer): void {
  if (!encodeValues(decodeValues(bytes)).equals(bytes)) throw new Error('encodes to other bytes')
}

/** It does as it is told with every input that begins with a negative number. */
function createCanary(canary: Canary): Decoder {
  const hoard: Buffer[] = []
  return [`canary that ${canary}`, (bytes) => {
    if (bytes.length < 4 || bytes.readInt32BE(0) >= 0) return
    if (canary === 'throws') throw new RangeError('the canary')
    if (canary === 'hoards') hoard.push(Buffer.alloc(heapBytesLimit + 1))
    const endMs = performance.now() + 2 * inputMsMax
    while (canary === 'stalls' && performance.now() < endMs);
  }]
}

/** All the samples that campaigns begin with. */
export function loadSamples(): Buffer[] {
  const texts = new Set<string>()
  collect(loadVectors('handle-9.2'), texts)
  collect(loadVectors('handle-9.3.1'), texts)
  const samples = [...texts].map(hex)
  // Messages of a file with envelopes also count without them.
  const enveloped = samples.filter((one) => one.length > 44 && one[0] === 2)
  const bare = enveloped.map((one) => one.subarray(20))
  return [...samples, ...bare]
}

function collect(json: unknown, texts: Set<string>): void {
  if (typeof json === 'string' && /^(?:[0-9a-f]{2}){4,}$/.test(json)) texts.add(json)
  if (typeof json !== 'object' || json === null) return
  for (const one of Object.values(json)) collect(one, texts)
}

/** Runs damaged samples through every decoder until one misbehaves or `count` are done. */
export function runCampaign(campaign: Campaign): CampaignResult {
  // Nearly every input is refused a dozen times; stack traces would take most of the time.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return runInputs(campaign)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function runInputs(campaign: Campaign): CampaignResult {
  const random = new SeededRandom(campaign.seed)
  const samples = loadSamples()
  const all = [...decoders, ...createDoorDecoders()]
  if (campaign.canary !== null) all.push(createCanary(campaign.canary))
  const state = { accepted: 0, slowestMs: 0, heapBytesMax: 0 }
  for (let done = 0; done < campaign.count; done++) {
    const bytes = mutate(samples, random)
    const startMs = performance.now()
    const before = state.accepted
    const finding = feed(bytes, all, state)
    const tookMs = performance.now() - startMs
    state.accepted = Math.min(state.accepted, before + 1)
    state.slowestMs = Math.max(state.slowestMs, tookMs)
    if (finding !== null) return { finding, done, ...state }
    if (tookMs > inputMsMax && isSlowAgain(bytes, all)) {
      return { finding: findingOf(bytes, 'all', `took ${tookMs} ms`), done, ...state }
    }
    state.heapBytesMax = Math.max(state.heapBytesMax, heapBytes())
    if (state.heapBytesMax > heapBytesLimit) {
      return { finding: findingOf(bytes, 'all', `heap ${state.heapBytesMax}`), done, ...state }
    }
    if (done % progressEvery === 0) campaign.onProgress?.(done)
  }
  return { finding: null, done: campaign.count, ...state }
}

/** Whether an input that took long takes long each time: a busy machine stalls anything once. */
function isSlowAgain(bytes: Buffer, all: readonly Decoder[]): boolean {
  for (let i = 0; i < 3; i++) {
    const startMs = performance.now()
    feed(bytes, all, { accepted: 0 })
    if (performance.now() - startMs <= inputMsMax) return false
  }
  return true
}

function feed(
  bytes: Buffer, all: readonly Decoder[], state: { accepted: number },
): Finding | null {
  for (const [name, decode] of all) {
    try {
      decode(bytes)
      if (name === 'message' || name === 'packet' || name === 'values') state.accepted++
    } catch (error) {
      if (!(error instanceof BytesError)) return findingOf(bytes, name, String(error))
    }
  }
  return null
}

/** Memory in use, buffers included: asked after every input, before it could be given back. */
function heapBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
  return heap + external
}

function findingOf(bytes: Buffer, decoder: string, reason: string): Finding {
  return { hex: bytes.toString('hex'), decoder, reason }
}
