import { writeFileSync } from 'node:fs'
import { formatRow, TABLE_HEAD } from '../report.ts'
import type { Results } from '../results.ts'
import { chartChange, chartDoors, chartLatency, chartOverload, chartScale } from './charts.ts'
import { STYLE } from './style.ts'

const LATENCY_DOORS = /^(HTTP GET, keep-alive|UDP|TCP, 1 in flight.*)$/

/** Writes results as one page that needs nothing else. @returns the file's path */
export function writePage(path: string, results: Results, before: Results | undefined): string {
  writeFileSync(path, formatPage(results, before))
  return path
}

export function formatPage(results: Results, before: Results | undefined): string {
  const { rows, scale, overload, httpOverload, machine, commit, time } = results
  const latencies = rows.filter(({ door }) => LATENCY_DOORS.test(door))
  const change = before === undefined ? '' : chartChange(results, before)
  const cards = [
    rows.length === 0 ? '' : card('Throughput beside its bare baseline', chartDoors(rows),
      'For each second of the server’s core, on a logarithmic scale. The bar is the same server '
        + 'with an answer of the same size and nothing looked up; the ratio is the node over it.'),
    latencies.length === 0 ? '' : card('Latency', chartLatency(latencies),
      'Answers faster than this, by share of all; the dashed lines are the bare baselines under '
        + 'the same load, which keeps the server’s core full.'),
    scale === undefined ? '' : card('Against the number of identifiers', chartScale(scale),
      'The same thousand names are asked for over TCP, pipelined, in stores of four sizes.'),
    overload === undefined ? '' : card('Beyond the limit', chartOverload(overload),
      'UDP, with a neighbour that leaves the node a tenth of its core, so that ten times what it '
        + 'can do can be asked.'),
    httpOverload === undefined ? '' : card('Beyond the limit, HTTP', chartOverload(httpOverload),
      'Batches of a hundred identifiers. Who is not answered is told to ask again (503), or finds '
        + 'a thousand others waiting.'),
    change === '' || before === undefined ? '' : card(
      `Since ${escape(before.commit)}`, change,
      'The ratio to the baseline, each of its own run, over the last committed one. Above 1 is '
        + 'faster.'),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Suibiao benchmark, ${escape(commit)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Suibiao 穗标 benchmark</h1>
<p>${escape(machine.processor)}, ${machine.cores} cores, ${machine.memoryGibibytes} GiB,
Node ${escape(machine.node)} · commit ${escape(commit)} · ${escape(time.slice(0, 16))} UTC</p>
</header>
<main>
${startLine(results)}
<section class="cards">${cards.join('\n')}</section>
<section>
<h2>All figures</h2>
<div class="wide">${tableOf(results)}</div>
<p class="note">“Server” is the share of a core that the server used. Below 95 % it was waiting for
the load or for the core, the clock proves nothing, and the figures for each second of processor
time are compared instead.</p>
</section>
</main>
</body>
</html>
`
}

function card(title: string, chart: string, text: string): string {
  return `<article><h2>${title}</h2>${chart}<p class="note">${text}</p></article>`
}

function startLine({ start }: Results): string {
  if (start === undefined) return ''
  const ms = (value: number): string => Math.round(value).toLocaleString('en')
  const tiles: [string, string, string][] = [
    ['first answer', `${ms(start.firstAnswerMs)} ms`,
      `with ${start.identifiers.toLocaleString('en')} identifiers; `
        + `${ms(start.emptyFirstAnswerMs)} ms with none`],
    ['processor time until then', `${ms(start.cpuMs)} ms`, `${ms(start.emptyCpuMs)} ms with none`],
    ['memory of its own', `${ms(start.ownMebibytes)} MiB`,
      `default settings, cache full; ${ms(start.residentMebibytes)} MiB with file pages`],
  ]
  return `<section class="tiles">${tiles.map(([name, figure, more]) =>
    `<div><span>${name}</span><strong>${figure}</strong><span>${more}</span></div>`).join('')
  }</section>`
}

function tableOf({ rows }: Results): string {
  const head = TABLE_HEAD.map((text) => `<th scope="col">${text}</th>`).join('')
  const body = rows.map((row) => {
    const [door = '', ...figures] = formatRow(row).map(escape)
    const verdict = figures.at(-1) ?? ''
    const mark = /^(met|missed)/.exec(verdict)?.[0] ?? ''
    const cells = figures.map((text) => `<td>${text}</td>`).join('')
    return `<tr class="${mark}"><th scope="row">${door}</th>${cells}</tr>`
  })
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
