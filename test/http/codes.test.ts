import t from 'tap'
import { messageOf, statusOf } from '../../src/http/codes.ts'
import { REFUSAL_CODES, responseCodeOf } from '../../src/wire/codes.ts'
import { readOutcomeTable, sampleOutcomes } from '../support/outcomes.ts'

t.test('every outcome has the status that proto/outcomes.md shows', async (t) => {
  const rows = readOutcomeTable('outcomes')
  for (const [name, outcome] of sampleOutcomes) {
    t.equal(statusOf(responseCodeOf(outcome)), rows.get(name)?.status, name)
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

t.test('every refusal has the status that proto/outcomes.md shows', async (t) => {
  const rows = readOutcomeTable('refusals')
  for (const [reason, code] of Object.entries(REFUSAL_CODES)) {
    // A wrong proof is answered with a challenge, which has a status of its own.
    const status = reason === 'authentication-failed' ? 401 : statusOf(code, 'write')
    t.equal(status, rows.get(reason)?.status, reason)
  }
})

t.test('no such values: an answer to who reads, an error of who writes', async (t) => {
  t.equal(statusOf(200), 200)
  t.equal(statusOf(200, 'write'), 400)
})
