import t from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import { livesHere, PendingView } from '../../src/registry/record-view.ts'
import { createRegistry, putOf } from '../support/store.ts'

t.test('what is pending is seen, the rest is as it is', async (t) => {
  const { registry } = createRegistry(t)
  registry.execute([{ operation: 'home', prefix: '88.1' }, putOf('88.1/A', [])], 'test')
  const view = new PendingView(registry)
  const find = (name: string) => view.findRecord(keyOf(name))?.name
  t.same([find('88.1/a'), find('88.1/b'), view.isHomed('88.1')], ['88.1/A', undefined, true])
  const count = (name: string) => view.findValues(keyOf(name))?.length
  t.same([count('88.1/a'), count('88.1/b')], [0, undefined])
  view.add(putOf('88.1/B', [createValue(1, 'URL', 'x')]))
  view.add({ operation: 'delete', key: keyOf('88.1/A'), name: '88.1/A' })
  view.add({ operation: 'unhome', prefix: '88.1' })
  view.add({ operation: 'home', prefix: '88.2' })
  t.same([find('88.1/a'), find('88.1/b'), view.isHomed('88.1'), view.isHomed('88.2')],
    [undefined, '88.1/B', false, true])
  t.same([count('88.1/a'), count('88.1/b')], [undefined, 1])
  t.equal(registry.findRecord(keyOf('88.1/A'))?.name, '88.1/A', 'nothing has changed yet')
})

t.test('a record lives here by its own prefix, a derived prefix by the one above', async (t) => {
  const view = { isHomed: (prefix: string) => prefix === '88.1' }
  t.same(['88.1/A', '0.NA/88.1.5', '0.NA/88.1', '88.1.5/A'].map((name) =>
    livesHere(view, keyOf(name))), [true, true, false, false])
})
