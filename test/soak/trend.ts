/** One look at the server under load. */
export interface Sample {
  readonly second: number
  readonly residentBytes: number
  readonly descriptors: number
  /** Percentiles of all answers since the look before, in milliseconds. */
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Part of the run in which caches fill and code is compiled: not judged. */
const WARM_UP_SHARE = 0.3
/** What the allocator keeps breathes: growth below both is not told from that. */
const MEMORY_GROWTH_SHARE = 0.1
const MEMORY_GROWTH_BYTES = 32 * 1_048_576
/** Connections come and go: so many descriptors may be open at one look and not at another. */
const DESCRIPTOR_GROWTH = 24
/**
 * A latency has grown when it is so many times what it was and so much more. Of the tail more is
 * asked: other programs on the machine make it, while what slows every answer moves the median.
 */
const P50_GROWTH = { factor: 2, ms: 5 } as const
const P99_GROWTH = { factor: 4, ms: 50 } as const

/**
 * Judges whether something grows. Of what is left after the warm-up the median of the first third
 * is compared with that of the last: a leak moves the median, a single peak does not.
 * @returns what grew, in words; empty when nothing did
 */
export function findGrowth(samples: readonly Sample[]): string[] {
  const judged = samples.slice(Math.floor(samples.length * WARM_UP_SHARE))
  const third = Math.floor(judged.length / 3)
  if (third < 3) return ['the run was too short to judge']
  const compare = (of: (sample: Sample) => number): [before: number, after: number] =>
    [median(judged.slice(0, third).map(of)), median(judged.slice(-third).map(of))]
  const found: string[] = []
  const [bytesBefore, bytesAfter] = compare((sample) => sample.residentBytes)
  const bytesMax = bytesBefore + Math.max(bytesBefore * MEMORY_GROWTH_SHARE, MEMORY_GROWTH_BYTES)
  if (bytesAfter > bytesMax) {
    found.push(`memory grew from ${mebibytes(bytesBefore)} to ${mebibytes(bytesAfter)} MiB`)
  }
  const [openBefore, openAfter] = compare((sample) => sample.descriptors)
  if (openAfter > openBefore + DESCRIPTOR_GROWTH) {
    found.push(`open descriptors grew from ${openBefore} to ${openAfter}`)
  }
  for (const [percentile, growth] of [['p50', P50_GROWTH], ['p99', P99_GROWTH]] as const) {
    const [before, after] = compare((sample) => sample[`${percentile}Ms`])
    if (after > before * growth.factor && after > before + growth.ms) {
      found.push(`${percentile} latency grew from ${before.toFixed(1)} to ${after.toFixed(1)} ms`)
    }
  }
  return found
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1_048_576)
}
