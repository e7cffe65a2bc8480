import t from 'tap'
import { parseJson } from '../../src/lib/json.ts'

t.test('JSON, or none', async (t) => {
  t.same(parseJson('{"a":[1,null]}'), { a: [1, null] })
  t.equal(parseJson('null'), null)
  for (const text of ['', '{', 'undefined', '{"a":1}}']) t.equal(parseJson(text), undefined, text)
})
