import t from 'tap'
import type { CommandRefusal } from '../../src/record/command.ts'
import { commandCodeOf, responseCodeOf } from '../../src/native/codes.ts'
import { readOutcomeTable, sampleOutcomes } from '../support/outcomes.ts'

t.test('every outcome has the code that proto/outcomes.md shows', async (t) => {
  const rows = readOutcomeTable('outcomes')
  t.same([...rows.keys()].sort(), [...sampleOutcomes.keys()].sort(), 'the same outcomes')
  for (const [name, outcome] of sampleOutcomes) {
    t.equal(responseCodeOf(outcome), rows.get(name)?.code, name)
  }
})

t.test('every refusal of a command, too', async (t) => {
  const rows = readOutcomeTable('refusals')
  t.ok(rows.size > 10)
  for (const [reason, { code }] of rows) {
    const refused = { kind: 'refused', message: '', indexes: [] } as const
    // The table's names are those of the type: test/http/codes.test.ts compares them.
    const result = { ...refused, reason: reason as CommandRefusal }
    t.equal(commandCodeOf(result), code, reason)
  }
  t.equal(commandCodeOf({ kind: 'done', handle: 'a/b', created: true }), 1)
  t.equal(commandCodeOf({ kind: 'authentication-needed' }), 402)
})
