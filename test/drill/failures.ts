import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type DemoNode, MAIN_PATH, type NodePlace } from '../../deploy/demo/node-process.ts'
import type { RunningTopology } from '../../deploy/demo/running.ts'
import type { EnterprisePlan } from '../../deploy/demo/topology.ts'
import { parentPrefix } from '../../src/identifier/identifier.ts'
import { moveSite } from './registering.ts'

/** What is done to a node. */
export const FAILURES = ['kill', 'freeze', 'restart', 'replace'] as const

export type Failure = (typeof FAILURES)[number]

const execute = promisify(execFile)
/** What makes an administrator, beside the records. */
const ADMIN_FILES = ['admin.json', 'admin-key.pem']

/** The nodes as they are now, and the hands that break them and bring them back. */
export class FailingNodes {
  readonly #topology: RunningTopology
  readonly #enterprises: readonly EnterprisePlan[]
  readonly #nodes: Map<string, DemoNode>
  #replacementCount = 0

  constructor(topology: RunningTopology, enterprises: readonly EnterprisePlan[]) {
    this.#topology = topology
    this.#enterprises = enterprises
    this.#nodes = new Map(topology.nodes.map((node) => [node.plan.prefix, node]))
  }

  /** @throws Error when no node has the prefix */
  nodeOf(prefix: string): DemoNode {
    const node = this.#nodes.get(prefix)
    if (node === undefined) throw new Error(`no node has ${prefix}`)
    return node
  }

  /** Breaks a node and brings it back. Settles once it listens again, where all can know. */
  async fail(failure: Failure, prefix: string, outageMs: number): Promise<void> {
    const node = this.nodeOf(prefix)
    switch (failure) {
      case 'freeze':
        node.kill('SIGSTOP')
        await pause(outageMs)
        node.kill('SIGCONT')
        return
      case 'kill':
        await this.#end(node)
        await pause(outageMs)
        await this.#startAgain(node, { dataDir: node.dataDir, at: node })
        return
      case 'restart':
        await node.stop()
        await this.#startAgain(node, { dataDir: node.dataDir, at: node })
        return
      case 'replace':
        await this.#end(node)
        await pause(outageMs)
        await this.#replace(node)
    }
  }

  async #end(node: DemoNode): Promise<void> {
    node.kill('SIGKILL')
    await node.stop()
  }

  /**
   * A node in a new data folder, with the records of the old one. Where a parent says where it
   * is, it comes to another address; the top-level node and recursive nodes are known by theirs.
   */
  async #replace(node: DemoNode): Promise<void> {
    const dataDir = `${node.dataDir}-${++this.#replacementCount}`
    mkdirSync(dataDir, { mode: 0o700 })
    const parent = this.#parentOf(node)
    if (!this.#topology.recursives.some(({ plan }) => plan === node.plan)) {
      await copyRecords(node.dataDir, dataDir)
    }
    if (parent === undefined) {
      await this.#startAgain(node, { dataDir, at: node })
      return
    }
    const again = await this.#startAgain(node, { dataDir })
    await moveSite(parent, node.plan.prefix, again)
    // What it hosts is where it is, and says so in records of its own.
    for (const hosted of this.#hostedBy(node)) await moveSite(again, hosted.prefix, again)
  }

  #hostedBy({ plan: { prefix } }: DemoNode): EnterprisePlan[] {
    return this.#enterprises.filter(({ node, parent }) => node === prefix && parent === prefix)
  }

  #parentOf({ plan }: DemoNode): DemoNode | undefined {
    const parent = parentPrefix(plan.prefix)
    return parent === undefined ? undefined : this.#nodes.get(parent)
  }

  async #startAgain(node: DemoNode, place: Omit<NodePlace, 'root'>): Promise<DemoNode> {
    const { recursives, top } = this.#topology
    const recursive = recursives.some(({ plan }) => plan === node.plan)
    const again = await this.#topology.restart(
      node.plan, { ...place, root: recursive ? top.native : null })
    this.#nodes.set(node.plan.prefix, again)
    return again
  }
}

/** From one data folder into another, as an operator does who moves a node. */
async function copyRecords(from: string, to: string): Promise<void> {
  const file = join(to, 'records.ndjson')
  const run = (...args: string[]) => execute(process.execPath, [MAIN_PATH, ...args])
  await run('export', '--data', from, '--secrets', '--output', file)
  await run('import', file, '--data', to)
  for (const name of ADMIN_FILES) copyFileSync(join(from, name), join(to, name))
}
