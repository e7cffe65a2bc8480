import { BytesError } from '../../src/lib/bytes.ts'
import { ENVELOPE_BYTES } from '../../src/wire/layout.ts'
import { FrameReader } from '../../src/wire/frames.ts'
import { Reassembler } from '../../src/wire/fragments.ts'
import { AnswerBuffer } from '../../src/wire/response.ts'
import { createAnswererSetting } from '../support/native.ts'

export type Decoder = readonly [name: string, decode: (bytes: Buffer) => unknown]

const LENGTH_AT = 16

/**
 * What the native door does with bytes before and after they are decoded: cut into frames,
 * put together from datagrams, answered. Each throws an Error of its own when it is wrong.
 */
export function createDoorDecoders(): Decoder[] {
  const { answerer } = createAnswererSetting()
  const out = new AnswerBuffer(1024)
  const reassembler = new Reassembler()
  let nowMs = 0
  return [
    ['answer', (bytes) => {
      const fate = answerer.answer(bytes, 0, bytes.length, out)
      const answer = out.take()
      if (fate === 'fragment') return reassembler.add(bytes, 'peer', nowMs++)
      if (fate !== 'answered') return refuse()
      if (answer.readInt32BE(LENGTH_AT) !== answer.length - ENVELOPE_BYTES) {
        throw new Error('the answer has another length than it says')
      }
      return undefined
    }],
    ['frames', (bytes) => {
      const whole = framesOf([bytes])
      const middle = bytes.length >> 1
      const cut = framesOf([bytes.subarray(0, middle), bytes.subarray(middle)])
      if (whole.join() !== cut.join()) throw new Error('frames depend on how the bytes are cut')
    }],
  ]
}

/** Silence is a refusal like any other. */
function refuse(): never {
  throw new BytesError('met with silence')
}

function framesOf(chunks: readonly Buffer[]): string[] {
  const reader = new FrameReader()
  const frames: string[] = []
  for (const chunk of chunks) {
    const error = reader.push(chunk, (bytes, offset, end) => {
      frames.push(bytes.toString('latin1', offset, end))
    })
    if (error !== undefined) return [...frames, error]
  }
  return frames
}
