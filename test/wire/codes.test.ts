import t from 'tap'
import { REFUSAL_CODES, responseCodeOf } from '../../src/wire/codes.ts'
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
  t.same([...rows.keys()].sort(), Object.keys(REFUSAL_CODES).sort(), 'the same refusals')
  for (const [reason, code] of Object.entries(REFUSAL_CODES)) {
    t.equal(code, rows.get(reason)?.code, reason)
  }
})
