import { startTopology } from '../../../deploy/demo/running.ts'
import { DEMO } from '../../../deploy/demo/topology.ts'
import { runJava, say } from './client.ts'

/*
 * Three tiers, all on 127.0.0.1: the client takes a site on ::1 for one on 0.0.0.1. One enterprise
 * has a node of its own, one is hosted, one offers HTTP only.
 */
const plan = {
  ...DEMO,
  secondaries: DEMO.secondaries.filter(({ prefix }) => prefix !== '88.101'),
  enterpriseNodes: DEMO.enterpriseNodes.filter(({ host }) => host !== '::1'),
  enterprises: DEMO.enterprises.filter(({ parent }) => parent !== '88.101'),
  recursives: [],
}
/** Whom the client says that it asks. */
const ASKED = / request \(.*\) to (\S+):(\d+)$/gm

/**
 * Lets the stock client find identifiers from the top-level node down, by the referrals of these
 * nodes only. @returns whether all was as it must be
 */
export async function walk(folder: string): Promise<boolean> {
  const topology = await startTopology(new AbortController().signal, plan)
  try {
    const { host, port } = topology.top.native
    const wanted = plan.enterprises.map(({ prefix }) =>
      `${prefix}/M1001=https://trace.example.cn/${prefix}/M1001`)
    const absent = ['88.118.8/NONE=', '88.118.77/X=', '88.999/X=']
    const { exitCode, output, messages } = await runJava(
      folder, 'Walker.java', [host, String(port), ...wanted, ...absent])
    const asked = [...messages.matchAll(ASKED)]
    const strangers = asked.filter(([, address]) => address !== '127.0.0.1')
    const ports = new Set(asked.map(([, , askedPort]) => Number(askedPort)))
    const silent = topology.nodes.filter(({ native, http }) =>
      !ports.has(native.port) && !ports.has(http.port))
    const passed = output.match(/^ok .*/gm) ?? []
    say(`java client with this node as its root: ${passed.length} names found or known absent`)
    const all = passed.length === 2 * (wanted.length + absent.length)
    if (exitCode === 0 && all && strangers.length === 0 && silent.length === 0) return true
    for (const { plan: { prefix } } of silent) say(`nobody asked the node of ${prefix}`)
    say([output, messages].join('\n'))
    return false
  } finally {
    await topology.stop()
  }
}
