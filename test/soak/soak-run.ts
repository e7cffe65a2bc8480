import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { percentile } from '../../bench/measure.ts'
import {
  type Client, createHttpClient, createTcpClient, createUdpClient,
} from './clients.ts'
import { NAME_COUNT, nameOf, Versions, ZipfNames } from './names.ts'
import type { Order, Report } from './server.ts'
import { findGrowth, type Sample } from './trend.ts'
import { makeTrouble } from './trouble.ts'

const TICK_MS = 20
/** Collecting takes tens of milliseconds of each thread. */
const SAMPLE_INTERVAL_MS_MIN = 1_000
const WRITE_SHARE = 0.01
/** Datagrams may be lost where the machine is busy; more than this is no accident. */
const LOST_SHARE_MAX = 0.01
const UNFINISHED_MAX = 5_000
const PROBLEMS_SHOWN_MAX = 20
const PAGE_BYTES = 4_096

export interface SoakSettings {
  readonly seconds: number
  /** Reads and writes a second. */
  readonly perSecond: number
  readonly workers: string
  readonly onProgress: (line: string) => void
}

export interface SoakResult {
  readonly asked: number
  readonly written: number
  /** Datagrams without an answer. */
  readonly lost: number
  readonly samples: readonly Sample[]
  readonly problems: readonly string[]
}

interface Ports { readonly native: number; readonly http: number }

/** One run: a server in a process of its own, clients in this one. */
export class SoakRun {
  readonly #settings: SoakSettings
  readonly #server: ChildProcess
  readonly #folder: string
  readonly #ports: Ports
  readonly #clients: readonly [udp: Client, tcp: Client, http: Client]
  readonly #names = new ZipfNames(6)
  readonly #versions = new Versions()
  readonly #problems: string[] = []
  readonly #samples: Sample[] = []
  readonly #startedMs = performance.now()
  #latenciesMs: number[] = []
  #percentiles = { p50Ms: Number.NaN, p99Ms: Number.NaN }
  #asked = 0
  #written = 0
  #lost = 0
  #unfinished = 0

  private constructor(
    settings: SoakSettings, server: ChildProcess, folder: string, ports: Ports,
  ) {
    this.#settings = settings
    this.#server = server
    this.#folder = folder
    this.#ports = ports
    this.#clients = [
      createUdpClient(ports.native), createTcpClient(ports.native), createHttpClient(ports.http),
    ]
    server.on('message', (report: Report) => {
      if (report.kind === 'collected') this.#sample()
      if (report.kind !== 'written') return
      this.#written++
      this.#versions.acknowledge(report.number, report.version)
    })
    server.on('exit', (code) => {
      if (code !== 0) this.#problem(`the server ended with ${code}`)
    })
  }

  static async start(settings: SoakSettings): Promise<SoakRun> {
    const folder = mkdtempSync(join(tmpdir(), 'suibiao-soak-'))
    const server = fork(new URL('./server.ts', import.meta.url), [folder, settings.workers])
    const [ready] = (await once(server, 'message')) as [Report]
    if (ready.kind !== 'ready') throw new Error('the server did not start')
    return new SoakRun(settings, server, folder, ready)
  }

  /** Runs to the end and stops the server. */
  async finish(): Promise<SoakResult> {
    const { seconds, perSecond } = this.#settings
    const sampleEveryMs = Math.max(SAMPLE_INTERVAL_MS_MIN, (seconds * 1000) / 180)
    let due = 0
    let sampleDueMs = sampleEveryMs
    for (;;) {
      const elapsedMs = performance.now() - this.#startedMs
      if (elapsedMs >= seconds * 1000 || this.#server.exitCode !== null) break
      // What a busy machine made late is not made up for: the load stays as it is.
      due = Math.min(due + (perSecond * TICK_MS) / 1000, perSecond / 5)
      for (; due >= 1; due--) this.#act()
      if (elapsedMs >= sampleDueMs) {
        sampleDueMs += sampleEveryMs
        this.#look()
      }
      await delay(TICK_MS)
    }
    return this.#stop()
  }

  /** One read, or one write, or once in a while something else. */
  #act(): void {
    const chance = this.#names.random()
    if (chance < WRITE_SHARE) this.#write()
    else if (this.#unfinished < UNFINISHED_MAX) void this.#read()
    if (chance > 0.995) makeTrouble(this.#ports, () => this.#names.random())
    if (chance > 0.998) this.#clients[Math.floor(this.#names.random() * 3)]?.renew()
  }

  #write(): void {
    const number = Math.max(0, this.#names.draw())
    const order: Order = { kind: 'write', number, version: this.#versions.begin(number) }
    this.#server.send(order)
  }

  async #read(): Promise<void> {
    const door = Math.floor(this.#names.random() * 3)
    const number = this.#names.draw()
    const exists = number >= 0
    const name = exists ? nameOf(number) : `${nameOf(NAME_COUNT)}${number}`
    const floor = exists ? this.#versions.floorOf(number) : 0
    this.#unfinished++
    const askedMs = performance.now()
    const text = await this.#clients[door]?.ask(name) ?? null
    this.#unfinished--
    this.#asked++
    if (text === null) {
      if (door === 0) this.#lost++
      else this.#problem(`no answer over ${door === 1 ? 'TCP' : 'HTTP'} about ${name}`)
      return
    }
    this.#latenciesMs.push(performance.now() - askedMs)
    if (exists) this.#problem(this.#versions.check(number, floor, text))
    else if (text.includes('version')) this.#problem(`${name} was found`)
  }

  /** Takes the latencies, and has the garbage collected: what stays may have grown. */
  #look(): void {
    const sorted = this.#latenciesMs.sort((a, b) => a - b)
    this.#percentiles = { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) }
    this.#server.send({ kind: 'collect' } satisfies Order)
  }

  #sample(): void {
    // What waited for the collector is not the server's doing.
    this.#latenciesMs = []
    const second = (performance.now() - this.#startedMs) / 1000
    const { p50Ms, p99Ms } = this.#percentiles
    const process = `/proc/${this.#server.pid ?? 0}`
    const pages = Number(readFileSync(`${process}/statm`, 'utf8').split(' ')[1])
    const residentBytes = pages * PAGE_BYTES
    const descriptors = readdirSync(`${process}/fd`).length
    this.#samples.push({ second, residentBytes, descriptors, p50Ms, p99Ms })
    this.#settings.onProgress(
      `${Math.round(second)} s of ${Math.round(this.#settings.seconds)}: ${this.#asked} answers, ` +
      `${this.#written} writes, ${Math.round(residentBytes / 1_048_576)} MiB, ` +
      `${descriptors} descriptors, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ` +
      `${this.#problems.length} problems`)
  }

  async #stop(): Promise<SoakResult> {
    for (let i = 0; i < 300 && this.#unfinished > 0; i++) await delay(20)
    await Promise.all(this.#clients.map((client) => client.close()))
    if (this.#server.exitCode === null) {
      const stopped = once(this.#server, 'exit')
      this.#server.send({ kind: 'stop' } satisfies Order)
      await stopped
    }
    rmSync(this.#folder, { recursive: true, force: true })
    for (const growth of findGrowth(this.#samples)) this.#problem(growth)
    if (this.#unfinished > 0) this.#problem(`${this.#unfinished} questions were never answered`)
    if (this.#lost > this.#asked * LOST_SHARE_MAX) this.#problem(`${this.#lost} datagrams lost`)
    const problems = this.#problems.slice(0, PROBLEMS_SHOWN_MAX)
    const { length } = this.#problems
    if (length > problems.length) problems.push(`and ${length - problems.length} more`)
    return {
      asked: this.#asked, written: this.#written, lost: this.#lost,
      samples: this.#samples, problems,
    }
  }

  #problem(what: string | undefined): void {
    if (what !== undefined) this.#problems.push(what)
  }
}
