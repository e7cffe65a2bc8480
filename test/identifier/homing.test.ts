import t from 'tap'
import {
  homeOfKey, isKeyHomed, prefixOfRecordKey, prefixOfRecordName,
} from '../../src/identifier/homing.ts'
import { keyOf } from '../../src/identifier/identifier.ts'

t.test('which names live on a node', async (t) => {
  const cases: [homed: string[], name: string, here: boolean][] = [
    [['88.118.8'], '88.118.8/P1', true],
    [['88.118.8'], '88.118.8.1/P1', false],
    [['88.118'], '88.118.8/P1', false],
    [['88.118'], '0.NA/88.118.8', true],
    [['88.118'], '0.na/88.118.8', true],
    [['88.118'], '88.118.8', true],
    [['88.118'], '0.NA/88.118', false],
    [['88.118'], '0.NA/88.118.8.1', false],
    [['88'], '0.NA/88', false],
    [['0.NA'], '0.NA/88', true],
    [['0.NA'], '0.NA/88.118.8', true],
    [['0.NA'], '88/P1', false],
    [[], '88.118.8/P1', false],
  ]
  for (const [homed, name, here] of cases) {
    t.equal(isKeyHomed(keyOf(name), new Set(homed)), here, `${name} with ${homed.join()}`)
  }
})

t.test('what is homed for a name', async (t) => {
  const cases: [name: string, prefix: string][] = [
    ['88.118.8/P1', '88.118.8'],
    ['0.NA/88.118.8', '88.118'],
    ['88.118', '88'],
    ['0.na/88', '0.NA'],
  ]
  for (const [name, prefix] of cases) {
    t.equal(homeOfKey(keyOf(name)), prefix)
    t.equal(isKeyHomed(keyOf(name), new Set([prefix])), true)
  }
})

t.test('the prefix that a record is about', async (t) => {
  t.equal(prefixOfRecordKey(keyOf('0.na/88.118')), '88.118')
  t.equal(prefixOfRecordKey(keyOf('88.118')), '88.118')
  t.equal(prefixOfRecordKey(keyOf('88.118/0.NA')), undefined)
})

t.test('what names a prefix by its record', async (t) => {
  const cases: [name: string, prefix: string | undefined][] = [
    ['0.NA/88.118', '88.118'],
    ['0.na/10.ab', '10.AB'],
    ['0.NA/0.NA', '0.NA'],
    ['88.118', undefined],
    ['0.NA/', undefined],
    ['0.NA', undefined],
    ['0.NA/88/X', undefined],
    ['0.NA//88', undefined],
    ['/0.NA/88', undefined],
    ['0.NA/\u0000', undefined],
    [`0.NA/${'1'.repeat(2_043)}`, '1'.repeat(2_043)],
    [`0.NA/${'1'.repeat(2_044)}`, undefined],
  ]
  for (const [name, prefix] of cases) {
    t.equal(prefixOfRecordName(name), prefix, JSON.stringify(name.slice(0, 20)))
  }
})
