import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { z } from 'zod'

const figure = z.number()
const quantiles = z.array(z.number().nullable()).readonly()

/** One figure, beside the baseline of the same run. */
const row = z.object({
  door: z.string(),
  perSecond: figure,
  baselinePerSecond: figure.nullable(),
  /** Answers for each second of the server's processor time: what a core of its own gives. */
  perCpuSecond: figure.optional(),
  baselinePerCpuSecond: figure.optional(),
  p50Ms: figure.nullable(),
  p99Ms: figure.nullable(),
  p999Ms: figure.nullable(),
  /** Latencies at measure.ts's QUANTILES, the node's and the baseline's. */
  quantilesMs: quantiles.optional(),
  baselineQuantilesMs: quantiles.optional(),
  /** Share of its core that the server used, 0 to 1. */
  serverShare: figure.nullable(),
  baselineShare: figure.optional(),
  target: z.object({
    ratio: figure.optional(),
    perSecond: figure.optional(),
    /** How many times as long as the baseline's the median and the 99th percentile may be. */
    times: figure.optional(),
  }).nullable(),
  note: z.string().optional(),
})
export type Row = Readonly<z.infer<typeof row>>

/** Throughput on the same hot names in stores of different sizes. */
const scalePoint = z.object({ identifiers: figure, perSecond: figure, perCpuSecond: figure })
export type ScalePoint = Readonly<z.infer<typeof scalePoint>>

/** What comes back when so much is sent, latencies of what does. */
const overloadPoint = z.object({
  offeredPerSecond: figure, answeredPerSecond: figure, p50Ms: figure.nullable(),
  p99Ms: figure.nullable(),
  /** Answers for each second of the server's processor time. */
  answeredPerCpuSecond: figure.optional(),
  /** Told to ask again. */
  refusedPerSecond: figure.optional(),
  /** Health checks and changes meanwhile: how long they took, and how many were told so too. */
  watchedP99Ms: figure.optional(),
  watchedRefused: figure.optional(),
})
export type OverloadPoint = Readonly<z.infer<typeof overloadPoint>>

/** Start and memory with the largest data set, default settings. */
const startFigures = z.object({
  identifiers: figure,
  firstAnswerMs: figure,
  /** The same with an empty data folder: what of it is not the identifiers' doing. */
  emptyFirstAnswerMs: figure,
  /** Processor time until then. */
  cpuMs: figure,
  emptyCpuMs: figure,
  /** With the answer cache full: what no file backs, and all that is resident. */
  ownMebibytes: figure,
  residentMebibytes: figure,
})
export type StartFigures = Readonly<z.infer<typeof startFigures>>

const results = z.object({
  time: z.string(),
  commit: z.string(),
  machine: z.object({
    processor: z.string(), cores: figure, memoryGibibytes: figure, node: z.string(),
  }),
  rows: z.array(row).readonly(),
  scale: z.array(scalePoint).readonly().optional(),
  overload: z.array(overloadPoint).readonly().optional(),
  httpOverload: z.array(overloadPoint).readonly().optional(),
  start: startFigures.optional(),
})
export type Results = Readonly<z.infer<typeof results>>

const FOLDER = 'bench/results'

/** The figures with commit, time and machine. */
export function describeRun(figures: Omit<Results, 'time' | 'commit' | 'machine'>): Results {
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  }
  const commit = git(['rev-parse', '--short', 'HEAD'])
  return { time: new Date().toISOString(), commit, machine, ...figures }
}

/** Writes results as JSON. @returns the file's path */
export function writeResults(made: Results): string {
  mkdirSync(FOLDER, { recursive: true })
  const stamp = made.time.slice(0, 19).replaceAll(':', '')
  const path = `${FOLDER}/${stamp}-${made.commit}.json`
  writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`)
  return path
}

/** The newest committed result that holds one of these rows, or undefined. */
export function loadCommitted(rows: readonly Row[]): Results | undefined {
  const doors = new Set(rows.map(({ door }) => door))
  return git(['ls-files', FOLDER])
    .split('\n')
    .filter((name) => name.endsWith('.json'))
    .sort()
    .reverse()
    .map(loadResults)
    .find((old) => old.rows.some(({ door }) => doors.has(door)))
}

/** Reads a result back. @throws when it is none */
export function loadResults(path: string): Results {
  return results.parse(JSON.parse(readFileSync(path, 'utf8')))
}

function git(args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
