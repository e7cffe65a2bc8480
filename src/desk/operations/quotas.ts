import { z } from 'zod'
import { operation } from '../operation.ts'
import { findQuota, quotaBody } from '../quotas.ts'
import { DeskRefusal } from '../refusal.ts'
import { isOperator, loadOrganisation } from '../sight.ts'

const params = z.strictObject({ holder: z.string().max(64) })

const view = quotaBody.extend({
  used: z.object({ identifiers: z.int(), prefixes: z.int() }),
})

export const quotaOperations = {
  'quota.get': operation('organisation:read', {
    summary: 'Shows what an organisation or a key may use, and what the organisation has used',
    params,
    output: view,
    run({ store }, { params }, actor) {
      const key = store.keys.find(params.holder)
      const { id } = loadOrganisation(store, key?.organisation ?? params.holder, actor)
      const used = {
        identifiers: store.usage.countIdentifiers(id), prefixes: store.applications.countLive(id),
      }
      return { value: { ...findQuota(store, params.holder), used } }
    },
  }),

  'quota.set': operation('review:write', {
    summary: 'Sets what an organisation that one has taken on may use, or a key of one’s own',
    params,
    body: quotaBody,
    output: quotaBody,
    run(context, { params, body }, actor) {
      const { store } = context
      const key = store.keys.find(params.holder)
      if (key?.organisation !== actor.organisation) {
        const row = loadOrganisation(store, params.holder, actor)
        const above = row.parent === actor.organisation
          || (isOperator(store, actor) && row.id !== actor.organisation)
        if (!above) throw new DeskRefusal('not-yours')
      }
      store.usage.saveQuota(params.holder, JSON.stringify(body))
      context.note(params.holder, 'quota', { after: JSON.stringify(body) })
      return { value: body }
    },
  }),
}
