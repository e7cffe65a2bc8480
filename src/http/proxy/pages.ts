import type { HandleValue } from '../../record/value.ts'
import { formatValue } from '../../record/value-json.ts'
import type { Location } from './locations.ts'
import { formatProxyPath } from './path.ts'
import { parseSafeUrl } from './target.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;',
}

/** Text as it may stand in HTML or XML, attributes included. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

const STYLE = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #8884}
td:last-child{overflow-wrap:anywhere}th{font-weight:600}
input{font:inherit;padding:.4rem;width:min(30rem,100%)}button{font:inherit;padding:.4rem 1rem}
small{opacity:.7}@media(max-width:40rem){.wide{display:none}}`

/** A whole page. @param body markup, already escaped */
export function formatPage(title: string, body: string): string {
  const escaped = escapeMarkup(title)
  return `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>${escaped}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>${STYLE}</style></head>
<body>${body}<p><small><a href="/">穗标 Suibiao</a></small></p></body></html>
`
}

/** The values of a record as a table. */
export function formatValuesPage(handle: string, values: readonly HandleValue[]): string {
  const rows = values.map(formatRow).join('\n')
  const api = `/api/handles${formatProxyPath(handle)}?pretty`
  return formatPage(handle, `<h1>${escapeMarkup(handle)}</h1>
<table><thead><tr><th>序号 Index</th><th>类型 Type</th><th class="wide">更新 Updated</th>
<th>数据 Data</th></tr></thead><tbody>
${rows}
</tbody></table>
<p><a href="${escapeMarkup(api)}">JSON</a></p>`)
}

function formatRow(value: HandleValue): string {
  const json = formatValue(value)
  const { data } = json
  const shown = typeof data.value === 'string' ? data.value : JSON.stringify(data.value)
  const url = data.format === 'string' ? parseSafeUrl(shown) : undefined
  const cell = escapeMarkup(shown)
  const linked =
    url === undefined ? cell : `<a rel="nofollow" href="${escapeMarkup(url)}">${cell}</a>`
  const timestamp = escapeMarkup(json.timestamp ?? '–')
  return `<tr><td>${value.index}</td><td>${escapeMarkup(value.type)}</td>` +
    `<td class="wide">${timestamp}</td><td>${linked}</td></tr>`
}

/** A page that says one thing, such as that an identifier does not exist. */
export function formatMessagePage(title: string, lines: readonly string[]): string {
  const paragraphs = lines.map((line) => `<p>${escapeMarkup(line)}</p>`).join('')
  return formatPage(title, `<h1>${escapeMarkup(title)}</h1>${paragraphs}`)
}

/** The front page: a form that resolves. */
export function formatHomePage(holdings: { records: number; prefixes: number }): string {
  const { records, prefixes } = holdings
  return formatPage('穗标 Suibiao', `<h1>穗标 Suibiao</h1>
<p>工业互联网标识解析节点 · Identifier resolution node</p>
<form method="get" action="/"><input name="hdl" placeholder="88.118.8/P0001" required>
<button>解析 Resolve</button></form>
<p>${records.toLocaleString('en')} 标识 identifiers · ${prefixes.toLocaleString('en')} 前缀 prefixes</p>
<p><a href="/api/site">HS_SITE</a> · <a href="/readyz">状态 state</a></p>`)
}

/** All locations of an identifier as XML (`action=showurls`, §11). */
export function formatLocationsXml(locations: readonly Location[]): string {
  const lines = locations.map(({ href, weight }) =>
    `  <location href="${escapeMarkup(href)}" weight="${weight}" />`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<locations>\n${lines.join('\n')}\n</locations>\n`
}
