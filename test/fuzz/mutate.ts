/** Numbers that follow from a seed alone (xorshift32). */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) | 0 || 1
  }

  /** From 0 to `limit` − 1. */
  below(limit: number): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return (x >>> 0) % limit
  }
}

/** Lengths and counts at which decoders tend to break. */
const lengths = [
  0, 1, 2, 3, 4, 7, 8, 16, 23, 24, 255, 256, 2047, 2048, 2049, 65_535, 262_144, 1_048_576,
  0x00ffffff, 0x7fffffff, -1, -2, -4, -0x80000000,
]

/** A damaged copy of one of the samples, or plain noise. */
export function mutate(samples: readonly Buffer[], random: SeededRandom): Buffer {
  const sample = samples[random.below(samples.length)] ?? Buffer.alloc(0)
  if (random.below(64) === 0) return noise(random)
  let bytes: Buffer = Buffer.from(sample)
  const rounds = 1 + random.below(4)
  for (let i = 0; i < rounds; i++) bytes = mutateOnce(bytes, samples, random)
  return bytes
}

function mutateOnce(bytes: Buffer, samples: readonly Buffer[], random: SeededRandom): Buffer {
  if (bytes.length === 0) return noise(random)
  const at = random.below(bytes.length)
  switch (random.below(6)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
      return bytes
    case 1:
      bytes[at] = random.below(256)
      return bytes
    case 2:
      return bytes.subarray(0, at)
    case 3:
      return changeLength(bytes, at, random)
    case 4:
      return splice(bytes, at, samples, random)
    default: {
      const piece = bytes.subarray(at, at + 1 + random.below(32))
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
    }
  }
}

function changeLength(bytes: Buffer, start: number, random: SeededRandom): Buffer {
  if (bytes.length < 4) return bytes
  const at = Math.min(start, bytes.length - 4)
  const now = bytes.readInt32BE(at)
  const near = random.below(2) === 0
  const length = near ? now + random.below(9) - 4 : (lengths[random.below(lengths.length)] ?? 0)
  bytes.writeInt32BE(length | 0, at)
  return bytes
}

function splice(
  bytes: Buffer, at: number, samples: readonly Buffer[], random: SeededRandom,
): Buffer {
  const other = samples[random.below(samples.length)] ?? bytes
  return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))])
}

function noise(random: SeededRandom): Buffer {
  const bytes = Buffer.allocUnsafe(random.below(200))
  for (let i = 0; i < bytes.length; i++) bytes[i] = random.below(256)
  return bytes
}
