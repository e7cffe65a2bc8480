import t from 'tap'
import { commandCodeOf } from '../../src/native/codes.ts'
import { REFUSAL_CODES } from '../../src/wire/codes.ts'

t.test('what became of a command, as a code', async (t) => {
  t.equal(commandCodeOf({ kind: 'done', handle: 'a/b', created: true }), 1)
  t.equal(commandCodeOf({ kind: 'values', handle: 'a/b', block: Buffer.alloc(4) }), 1)
  t.equal(commandCodeOf({ kind: 'authentication-needed' }), 402)
  const refused = { kind: 'refused', message: '', indexes: [] } as const
  for (const reason of Object.keys(REFUSAL_CODES) as (keyof typeof REFUSAL_CODES)[]) {
    t.equal(commandCodeOf({ ...refused, reason }), REFUSAL_CODES[reason], reason)
  }
})
