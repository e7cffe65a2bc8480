import t from 'tap'
import { SiteBook } from '../../src/client/upstream/site-book.ts'
import { keyOf } from '../../src/identifier/identifier.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { ABSENT } from '../../src/record/outcome.ts'
import { createValue } from '../../src/record/value.ts'
import { beginWalk, Walker } from '../../src/resolver/walk.ts'
import { CODE } from '../../src/wire/layout.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { rootAt, siteValue } from '../support/hierarchy.ts'

const address = { host: '127.0.0.1', port: 1 }

t.test('a referral is remembered once it is known to lead somewhere', async (t) => {
  const referral = encodeValues([createValue(1, 'HS_SERV.PREFIX', '0.SERV/88.118')])
  const service = encodeValues([siteValue(address)])
  for (const exists of [false, true]) {
    const remembered: string[] = []
    let asked = 0
    const walker = new Walker({
      upstream: {
        // The root refers, whoever is asked next knows.
        ask: () => Promise.resolve(asked++ === 0
          ? { code: CODE.prefixReferral, handle: '', message: '', block: referral }
          : { code: CODE.handleNotFound, handle: '', message: '', block: encodeValues([]) }),
      },
      roots: [rootAt({ host: '127.0.0.1', port: 2 })],
      clock: systemClock,
      sites: new SiteBook(true),
      recordOf: () => exists
        ? { block: service, outcome: { kind: 'found', block: service, ttlSeconds: 60 } }
        : { block: null, outcome: ABSENT },
      refetch: () => undefined,
      delegations: { get: () => undefined, set: (prefix) => { remembered.push(prefix) } },
      onRefusedAddress: () => undefined,
    })
    const found = (async () => await walker.find(keyOf('0.NA/88.118.8'), null, beginWalk({
      deadlineMs: systemClock.elapsedMs() + 1000, recursionCount: 0, trace: null,
    })))()
    if (exists) t.match(await found, { kind: 'absent' })
    else await t.rejects(found, { message: /does not exist/ })
    t.same(remembered, exists ? ['88.118'] : [])
  }
})
