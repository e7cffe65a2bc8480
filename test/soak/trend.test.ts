import t from 'tap'
import { findGrowth, type Sample } from './trend.ts'

const run = (of: (second: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 60 }, (_unused, second) => (
    { second, residentBytes: 200e6, descriptors: 80, p50Ms: 1, p99Ms: 3, ...of(second) }))

t.test('a level run is level, whatever its peaks and its warm-up', async (t) => {
  t.same(findGrowth(run(() => ({}))), [])
  t.same(findGrowth(run((second) => ({ residentBytes: second < 15 ? second * 10e6 : 200e6 }))), [])
  t.same(findGrowth(run((second) => (second % 10 === 9
    ? { residentBytes: 400e6, descriptors: 300, p99Ms: 200 }
    : {}))), [])
  t.same(findGrowth(run((second) => ({ residentBytes: 200e6 + (second % 8) * 10e6 }))), [])
})

t.test('what grows is named', async (t) => {
  t.match(findGrowth(run((second) => ({ residentBytes: 200e6 + second * 2e6 }))), [/^memory/])
  t.match(findGrowth(run((second) => ({ descriptors: 80 + second }))), [/^open descriptors/])
  t.match(findGrowth(run((second) => ({ p50Ms: 1 + second ** 2 / 100 }))), [/^p50 latency/])
  t.match(findGrowth(run((second) => ({ p99Ms: 3 + second ** 3 / 200 }))), [/^p99 latency/])
  t.match(findGrowth(run(() => ({})).slice(0, 8)), [/too short/])
})
