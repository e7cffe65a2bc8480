import t from 'tap'
import {
  asArray,
  asBase64,
  asFlag,
  asInteger,
  ValueJsonError,
} from '../../src/record/json-fields.ts'

t.test('what is taken', async (t) => {
  t.equal(asInteger('300', 0, 400, 'x'), 300)
  t.equal(asFlag(undefined, 'x'), false)
  t.equal(asBase64('_-8', 'x').toString('hex'), 'ffef')
  t.equal(asBase64('AQ==', 'x').toString('hex'), '01')
})

t.test('what is refused', async (t) => {
  t.throws(() => asInteger('', 0, 1, 'x'), ValueJsonError)
  t.throws(() => asInteger(2, 0, 1, 'x'), /from 0 to 1/)
  t.throws(() => asArray([1, 2], 1, 'x'), /at most 1/)
  t.throws(() => asBase64('AAAAA', 'x'), ValueJsonError)
  t.throws(() => asFlag('true', 'x'), ValueJsonError)
})
