import { setTimeout as pause } from 'node:timers/promises'
import type { RunningTopology } from '../../deploy/demo/running.ts'
import { startTopology } from '../../deploy/demo/running.ts'
import type { EnterprisePlan, TopologyPlan } from '../../deploy/demo/topology.ts'
import { BREAKER_PAUSE_MS_MAX } from '../../src/client/limits.ts'
import type { Fetched } from '../../src/client/outcome.ts'
import { parentPrefix } from '../../src/identifier/identifier.ts'
import { FAILURE_MS } from '../../src/resolver/cache-rules.ts'
import { RECURSION_TIMEOUT_MS_DEFAULT } from '../../src/resolver/limits.ts'
import { DrillClient, SILENCE_MS } from './client.ts'
import { FailingNodes, type Failure } from './failures.ts'
import { Load } from './load.ts'
import { DrillNames, judge, productOf, type Wanted } from './names.ts'
import { readStaleCount, untilRecovered } from './recovery.ts'
import { registerProducts, shortenSites } from './registering.ts'
import { type Figures, Tally } from './tally.ts'

/** What a busy machine may add to a node's own deadline. */
const SLACK_MS = 2_000
/** Asked for longer than any deadline, so that a late answer is seen and not only missed. */
const PATIENCE_MS = 15_000
/** The longest rest of a server that failed again and again, and that of a remembered failure. */
const RECOVERY_MS_MAX = BREAKER_PAUSE_MS_MAX + FAILURE_MS + SLACK_MS

export interface DrillSettings {
  readonly plan: TopologyPlan
  /** Resolutions a second through the recursive nodes. */
  readonly perSecond: number
  /** Products of each enterprise. */
  readonly productCount: number
  /** TTL of products and of sites: shorter than an outage, so that it ends in one. */
  readonly productTtlSeconds: number
  readonly siteTtlSeconds: number
  /** How long a node stays away. */
  readonly outageMs: number
  readonly failures: readonly (readonly [Failure, prefix: string])[]
  readonly signal: AbortSignal
  readonly onProgress: (line: string) => void
}

export interface DrillResult {
  readonly perSecond: number
  readonly rows: readonly Figures[]
  /** What must not be, for people; empty when the drill was passed. */
  readonly problems: readonly string[]
}

/** Breaks one node after another under load, and looks at every answer. */
export async function runDrill(settings: DrillSettings): Promise<DrillResult> {
  const { signal, plan, onProgress } = settings
  onProgress(`starting ${plan.top.prefix} and all below it`)
  const topology = await startTopology(signal, plan)
  try {
    return await new Drill(settings, topology).run()
  } finally {
    await topology.stop()
  }
}

class Drill {
  readonly #settings: DrillSettings
  readonly #topology: RunningTopology
  readonly #nodes: FailingNodes
  readonly #names: DrillNames
  readonly #client: DrillClient
  #current = new Tally(null, '')

  constructor(settings: DrillSettings, topology: RunningTopology) {
    const [one, two] = topology.recursives
    if (one === undefined || two === undefined) throw new Error('it takes two recursive nodes')
    this.#settings = settings
    this.#topology = topology
    this.#nodes = new FailingNodes(topology, settings.plan.enterprises)
    this.#names = new DrillNames(settings.plan.enterprises, settings.productCount)
    this.#client = new DrillClient([one.native, two.native])
  }

  async run(): Promise<DrillResult> {
    await this.#prepare()
    const { failures, perSecond, outageMs, signal, onProgress } = this.#settings
    const load = new Load(perSecond, () => this.#resolve())
    const rows: Tally[] = [this.#current]
    const startedMs = performance.now()
    load.start()
    try {
      await pause(outageMs)
      for (const [failure, prefix] of failures) {
        signal.throwIfAborted()
        onProgress(`${failure} ${prefix}`)
        rows.push(await this.#break(failure, prefix))
      }
    } finally {
      const seconds = (performance.now() - startedMs) / 1000
      await load.stop()
      this.#client.close()
      onProgress(`${load.startedCount} resolutions in ${seconds.toFixed(0)} s`)
    }
    const seconds = (performance.now() - startedMs) / 1000
    const figures = rows.map((row) => row.figures())
    return {
      perSecond: load.startedCount / seconds, rows: figures, problems: figures.flatMap(problemsOf),
    }
  }

  async #prepare(): Promise<void> {
    const { plan, productCount, productTtlSeconds, siteTtlSeconds } = this.#settings
    const parents = [...plan.secondaries.map(({ prefix }) => prefix),
      ...plan.enterprises.map(({ prefix }) => prefix)]
    for (const prefix of parents) {
      const parent = this.#nodes.nodeOf(parentPrefix(prefix) ?? '')
      await shortenSites(parent, prefix, siteTtlSeconds)
    }
    await Promise.all(plan.enterprises.map((enterprise) => registerProducts(
      enterprise, this.#nodes.nodeOf(enterprise.node), productCount, productTtlSeconds)))
    for (let number = 0; number < productCount; number++) {
      // Twice: once through each recursive node, which then has something to show stale.
      await Promise.all(plan.enterprises.flatMap((enterprise) => {
        const { identifier } = productOf(enterprise, number)
        return [identifier, identifier].map((name) => this.#client.ask(name, PATIENCE_MS))
      }))
    }
  }

  async #break(failure: Failure, prefix: string): Promise<Tally> {
    const { outageMs, plan } = this.#settings
    const { recursives } = this.#topology
    const tally = new Tally(failure, prefix)
    const staleBefore = await readStaleCount(recursives)
    this.#current = tally
    await this.#nodes.fail(failure, prefix, outageMs)
    tally.backMs = performance.now()
    const through = recursives.some((node) => node.plan.prefix === prefix)
      ? [this.#nodes.nodeOf(prefix)]
      : recursives
    const recoveredMs = await untilRecovered(prefix, plan, through, RECOVERY_MS_MAX)
    // Long enough for a failure that is remembered to be forgotten, should there be one.
    await pause(FAILURE_MS + 200)
    tally.recoveryMs = Math.max(recoveredMs, tally.lastFailedMs - tally.backMs)
    tally.staleCount = Math.max(0, await readStaleCount(recursives) - staleBefore)
    return tally
  }

  /** One resolution: drawn, asked, judged, counted. */
  async #resolve(): Promise<void> {
    const wanted = this.#names.draw()
    const asked = this.#current
    const startedMs = performance.now()
    const fetched = await this.#client.ask(wanted.identifier, PATIENCE_MS)
    const tookMs = performance.now() - startedMs
    // A failure shows in answers to what was asked a moment before, and for a while after.
    const tally = this.#isBelow(asked, wanted.enterprise) ? asked : this.#current
    this.#count(tally, wanted, judge(wanted, fetched), tookMs, describe(fetched))
  }

  #count(
    tally: Tally, { identifier, enterprise }: Wanted, verdict: ReturnType<typeof judge>,
    tookMs: number, shown: string,
  ): void {
    const below = this.#isBelow(tally, enterprise)
    const counts = below ? tally.below : tally.others
    counts.asked++
    tally.took(below, tookMs)
    if (tookMs > this.#deadlineMs(tally)) {
      tally.lateCount++
      tally.note(`${identifier} took ${Math.round(tookMs)} ms`)
    }
    if (verdict === 'right') return
    if (verdict === 'failed') counts.failed++
    else tally.wrongCount++
    if (below && verdict === 'failed') tally.lastFailedMs = performance.now()
    else tally.note(`${identifier}: ${shown}`)
  }

  /** Whether an enterprise's names hang from the node that a tally is about. */
  #isBelow({ prefix }: Tally, { parent, node }: EnterprisePlan): boolean {
    return prefix === this.#settings.plan.top.prefix || prefix === parent || prefix === node
  }

  #deadlineMs({ prefix }: Tally): number {
    const silent = this.#topology.recursives.some(({ plan }) => plan.prefix === prefix)
    return RECURSION_TIMEOUT_MS_DEFAULT + SLACK_MS + (silent ? SILENCE_MS : 0)
  }
}

function describe(fetched: Fetched | null): string {
  if (fetched === null) return 'no answer'
  return fetched.kind === 'failed' ? `failed, ${fetched.message}` : fetched.kind
}

function problemsOf(row: Figures): string[] {
  const what = row.failure === null ? 'nothing broken' : `${row.failure} ${row.prefix}`
  const problems = [
    row.wrongCount > 0 ? `${row.wrongCount} wrong answers` : '',
    row.others.failed > 0 ? `${row.others.failed} failures of names that it has no part in` : '',
    row.lateCount > 0 ? `${row.lateCount} answers after the deadline` : '',
    row.recoveryMs > RECOVERY_MS_MAX ? `no recovery within ${RECOVERY_MS_MAX / 1000} s` : '',
  ].filter((text) => text !== '')
  const notes = row.notes.length === 0 ? '' : ` (${row.notes.join('; ')})`
  return problems.map((text) => `${what}: ${text}${notes}`)
}
