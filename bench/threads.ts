import { drawNames } from './data.ts'
import { encodeRequests } from './doors.ts'
import { loadTcp } from './loads/tcp.ts'
import { type Load, measureNode, toRow } from './pair.ts'
import type { Row } from './results.ts'

const HOT_COUNT = 1_000

/** Two resolver threads beside one, on whichever cores are free: the load takes one of them. */
export async function measureThreads(dataDir: string, seconds: number): Promise<Row> {
  const requests = encodeRequests(drawNames(HOT_COUNT, HOT_COUNT, 1))
  const load: Load = ({ native }, checked) =>
    loadTcp({ port: native, requests, connections: 16, depth: 500, seconds, checked })
  const options = { dataDir, cache: '256' }
  const one = await measureNode({ ...options, workers: 1 }, load, requests)
  const two = await measureNode({ ...options, workers: 2 }, load, requests)
  const row = toRow('two threads beside one, TCP pipelined', { node: two, baseline: one }, null)
  return { ...row, note: 'the load has one of the cores' }
}
