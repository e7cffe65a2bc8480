import t from 'tap'
import { createFetchValues } from '../../src/node/fetch-values.ts'
import { ABSENT, NO_VALUES, NOT_HOMED, type Outcome } from '../../src/record/outcome.ts'
import { createValue } from '../../src/record/value.ts'
import type { Query } from '../../src/resolver/query.ts'
import { encodeValues } from '../../src/wire/values.ts'

const clock = { elapsedMs: () => 1000, nowMs: () => 0, nowSeconds: () => 0 }

t.test('absent is known, anything else but values is not', async (t) => {
  const values = [createValue(300, 'HS_PUBKEY', 'k')]
  const cases: [outcome: Outcome, fetched: unknown][] = [
    [{ kind: 'found', block: encodeValues(values), ttlSeconds: 1 }, values],
    [ABSENT, null], [NO_VALUES, null], [NOT_HOMED, undefined],
    [{ kind: 'failed', reason: 'upstream' }, undefined],
  ]
  for (const [outcome, fetched] of cases) {
    const asked: [Query, number | undefined][] = []
    const fetchValues = createFetchValues({
      recurse: async (query, deadlineMs) => {
        asked.push([query, deadlineMs])
        return outcome
      },
    }, clock)
    t.same(await fetchValues('77.1/x', ['hs_pubkey']), fetched)
    t.match(asked, [[{ key: '77.1/X', types: ['HS_PUBKEY'], publicOnly: true }, 6000]])
  }
})
