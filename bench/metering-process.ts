/*
 * Answers one hit over and over, in memory, with or without counting:
 * `node bench/metering-process.ts <with|without> <seconds>`; prints answers a second.
 */
import { HTTP_COUNTERS } from '../src/http/counters.ts'
import { systemClock } from '../src/lib/clock.ts'
import { type Counter, CounterTable, Tally } from '../src/lib/counters.ts'
import { HistogramTable } from '../src/lib/histograms.ts'
import { LatencySampler } from '../src/lib/latency-sampler.ts'
import { NativeAnswerer } from '../src/native/answer.ts'
import { NATIVE_COUNTERS, NATIVE_HISTOGRAMS } from '../src/native/counters.ts'
import { LATENCY_SAMPLE_EVERY } from '../src/native/limits.ts'
import { createValue } from '../src/record/value.ts'
import { RESOLVER_COUNTERS } from '../src/resolver/counters.ts'
import { AnswerBuffer } from '../src/wire/response.ts'
import { createResolverSetting } from '../test/support/memory-store.ts'
import { encodeBenchRequest } from './requests.ts'

/** Counts nothing. */
class NoTally extends Tally {
  override add(): void {
    // Costs nothing, which is its purpose.
  }
}

const NAMES = [...NATIVE_COUNTERS, ...HTTP_COUNTERS, ...RESOLVER_COUNTERS]
const ROUND = 10_000
/** Messages that a TCP connection reads in one piece, and counts in one go. */
const CHUNK = 50

const [kind = 'with', seconds = '1'] = process.argv.slice(2)
const table = CounterTable.create<string>(NAMES)
const nothing = new NoTally(new Float64Array(1), 0)
const counters: Counter<string> = kind === 'with'
  ? table
  : { add: () => undefined, tally: () => nothing }
const histograms = HistogramTable.create<string>(NATIVE_HISTOGRAMS)
const { resolver, store } = createResolverSetting(['88.118.8'], counters)
store.put('88.118.8/P1', [createValue(1, 'URL', 'https://a.example/p/000000000001')])
const answerer = new NativeAnswerer({
  resolver, clock: systemClock, counters, siteBytes: Buffer.alloc(8), siteSerial: 1, defers: true,
})
const requests = counters.tally('native_tcp_requests_total')
const histogram = histograms.histogram('native_udp_answer_seconds')
const every = kind === 'with' ? LATENCY_SAMPLE_EVERY : Number.MAX_SAFE_INTEGER
const latency = new LatencySampler(histogram, systemClock, every)
const out = new AnswerBuffer(1_048_576)
const request = encodeBenchRequest('88.118.8/P1', 1)

let best = 0
const endsAt = performance.now() + Number(seconds) * 1000
while (performance.now() < endsAt) {
  const startedMs = performance.now()
  for (let chunk = 0; chunk < ROUND / CHUNK; chunk++) {
    const begunMs = latency.begin()
    out.length = 0
    for (let i = 0; i < CHUNK; i++) answerer.answer(request, 0, request.length, out)
    requests.add(CHUNK)
    latency.end(begunMs)
  }
  best = Math.max(best, ROUND / ((performance.now() - startedMs) / 1000))
}
console.log(best)
