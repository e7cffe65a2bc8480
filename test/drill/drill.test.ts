import t from 'tap'
import { DEMO } from '../../deploy/demo/topology.ts'
import { runDrill } from './drill.ts'

/** The top-level node, one secondary node, an enterprise on its own node, one hosted. */
const plan = {
  ...DEMO,
  secondaries: DEMO.secondaries.filter(({ prefix }) => prefix === '88.118'),
  enterpriseNodes: DEMO.enterpriseNodes.filter(({ prefix }) => prefix === '88.118.8'),
  enterprises: DEMO.enterprises.filter(({ parent }) => parent === '88.118'),
}

/** The short form of `npm run drill`: fewer nodes, each broken in one way, less load. */
t.test('nodes break under load, and nobody else notices', async (t) => {
  const messages: string[] = []
  const { rows, problems } = await runDrill({
    plan,
    perSecond: 300,
    productCount: 40,
    productTtlSeconds: 1,
    siteTtlSeconds: 1,
    outageMs: 1_500,
    failures: [['freeze', '88.118'], ['kill', '88.118.8']],
    signal: AbortSignal.timeout(100_000),
    onProgress: (line) => { messages.push(line) },
  })
  t.same(problems, [], messages.join('; '))
  const [quiet, frozen, killed] = rows
  t.match(quiet, { others: { failed: 0 } })
  t.same(rows.map(({ wrongCount }) => wrongCount), [0, 0, 0])
  t.equal(frozen?.others.asked, 0, 'everything is below the secondary node')
  t.ok((killed?.others.asked ?? 0) > 100, "the secondary's own names were asked for meanwhile")
  t.ok((killed?.staleCount ?? 0) > 0, 'names of the dead node were shown stale')
})
