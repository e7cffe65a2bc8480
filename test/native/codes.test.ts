import t from 'tap'
import { responseCodeOf } from '../../src/native/codes.ts'
import { readOutcomeTable, sampleOutcomes } from '../support/outcomes.ts'

t.test('every outcome has the code that proto/outcomes.md shows', async (t) => {
  const rows = readOutcomeTable('outcomes')
  t.same([...rows.keys()].sort(), [...sampleOutcomes.keys()].sort(), 'the same outcomes')
  for (const [name, outcome] of sampleOutcomes) {
    t.equal(responseCodeOf(outcome), rows.get(name)?.code, name)
  }
})
