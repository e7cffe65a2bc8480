import t from 'tap'
import { messageOf, REFUSAL_CODES, responseCodeOf, statusOf } from '../../src/http/codes.ts'
import { readOutcomeTable, sampleOutcomes } from '../support/outcomes.ts'

t.test('every outcome has the code and status that proto/outcomes.md shows', async (t) => {
  const rows = readOutcomeTable('outcomes')
  for (const [name, outcome] of sampleOutcomes) {
    const code = responseCodeOf(outcome)
    t.equal(code, rows.get(name)?.code, name)
    t.equal(statusOf(code), rows.get(name)?.status, `${name}: status`)
  }
})

t.test('only what could not be found out is worth asking again', async (t) => {
  const rows = readOutcomeTable('outcomes')
  for (const [name, outcome] of sampleOutcomes) {
    t.equal(rows.get(name)?.again, outcome.kind === 'failed', name)
  }
})

t.test('a message says nothing of an absent name, and nothing else than the failure', async (t) => {
  for (const outcome of sampleOutcomes.values()) {
    const message = messageOf(outcome)
    if (outcome.kind === 'absent' || outcome.kind === 'found') t.equal(message, undefined)
    if (outcome.kind === 'failed') t.match(message, /may exist/)
    if (outcome.kind === 'not-homed') t.equal(message, "That prefix doesn't live here")
  }
})

t.test('every refusal has the code and status that proto/outcomes.md shows', async (t) => {
  const rows = readOutcomeTable('refusals')
  t.same([...rows.keys()].sort(), Object.keys(REFUSAL_CODES).sort())
  for (const [reason, code] of Object.entries(REFUSAL_CODES)) {
    t.equal(code, rows.get(reason)?.code, reason)
    // A wrong proof is answered with a challenge, which has a status of its own.
    const status = reason === 'authentication-failed' ? 401 : statusOf(code, 'write')
    t.equal(status, rows.get(reason)?.status, `${reason}: status`)
  }
})

t.test('no such values: an answer to who reads, an error of who writes', async (t) => {
  t.equal(statusOf(200), 200)
  t.equal(statusOf(200, 'write'), 400)
})
