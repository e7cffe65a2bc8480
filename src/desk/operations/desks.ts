import { z } from 'zod'
import { operation } from '../operation.ts'
import { LEVELS } from '../organisation.ts'
import { loadOperator } from '../sight.ts'

/** What a top-level node is called that has not said its name. */
const TOP_LEVEL_NODE = '工业互联网标识解析国家顶级节点'

export const deskOperations = {
  'desk.show': operation('anyone', {
    summary: 'Shows whose desk this is',
    output: z.object({
      /** The prefix that codes are handed out below, and who runs the node. */
      prefix: z.string(),
      level: z.enum(LEVELS),
      operator: z.string(),
      /** Where prefixes are registered in the end: a secondary node learns it as it reports. */
      topLevelNode: z.string(),
    }),
    run({ store }) {
      const { name, application: { prefix, level } } = loadOperator(store)
      const topLevelNode = level === 'top' ? name : store.outbox.find()?.operator
      return {
        value: {
          prefix, level: LEVELS.find((known) => known === level) ?? 'secondary', operator: name,
          topLevelNode: topLevelNode ?? TOP_LEVEL_NODE,
        },
      }
    },
  }),
}
