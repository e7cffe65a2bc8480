import t from 'tap'
import { createExposition } from '../../src/metrics/exposition.ts'
import { attachMeters, createMeters } from '../../src/node/meters.ts'

t.test('the text says what was counted, by thread', async (t) => {
  const meters = createMeters(1)
  const worker = attachMeters(meters.buffers, 1)
  worker.counters.tally('native_udp_requests_total').add(3)
  worker.counters.add('native_refused_too-short_total')
  worker.gauges.set('cache_held_reply_bytes', 12.5)
  meters.gauges.set('store_held_records', 64_000)
  meters.histograms.histogram('registry_commit_changes').record(3)
  worker.histograms.histogram('http_answer_seconds').record(0.002)
  const text = await createExposition(worker)()
  for (const line of [
    '# TYPE suibiao_native_requests_total counter',
    'suibiao_native_requests_total{transport="udp",thread="0"} 0',
    'suibiao_native_requests_total{transport="udp",thread="1"} 3',
    'suibiao_native_refusals_total{reason="too-short",thread="1"} 1',
    '# TYPE suibiao_cache_held_bytes gauge',
    'suibiao_cache_held_bytes{held="reply",thread="1"} 12.5',
    'suibiao_store_held_records 64000',
    '# TYPE suibiao_registry_commit_changes histogram',
    'suibiao_registry_commit_changes_bucket{le="2"} 0',
    'suibiao_registry_commit_changes_bucket{le="4"} 1',
    'suibiao_registry_commit_changes_bucket{le="+Inf"} 1',
    'suibiao_registry_commit_changes_sum 3',
    'suibiao_registry_commit_changes_count 1',
    'suibiao_http_answer_seconds_bucket{thread="1",le="0.001"} 0',
    'suibiao_http_answer_seconds_bucket{thread="1",le="0.0025"} 1',
    'suibiao_http_answer_seconds_count{thread="1"} 1',
  ]) t.ok(text.includes(`${line}\n`), line)
})

t.test('the text is read anew each time, and two do not meet', async (t) => {
  const meters = createMeters(0)
  const expose = createExposition(meters)
  const other = createExposition(createMeters(0))
  await expose()
  meters.counters.add('http_api_requests_total')
  t.match(await expose(), /suibiao_http_requests_total\{endpoint="api",thread="0"\} 1\n/)
  t.match(await other(), /suibiao_http_requests_total\{endpoint="api",thread="0"\} 0\n/)
})
