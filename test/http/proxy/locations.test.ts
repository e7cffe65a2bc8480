import t from 'tap'
import { createValue } from '../../../src/record/value.ts'
import { type Answer, startHttp } from '../../support/http.ts'

const { ask, put } = await startHttp(t)

/** Puts a 10320/loc document beside a plain URL and asks for where it leads. */
const askFor = async (xml: string, query = '', headers: Record<string, string> = {}) => {
  put('88.118.8/部 1', [
    createValue(1, '10320/loc', xml), createValue(2, 'URL', 'https://plain.example/'),
  ])
  return await ask(`/${encodeURIComponent('88.118.8/部 1')}${query}`, { headers })
}
const leadsTo = async (xml: string, query = '', headers: Record<string, string> = {}) =>
  hostOf(await askFor(xml, query, headers))
const hostOf = (answer: Answer): string =>
  new URL(String(answer.headers['location'] ?? 'none://none')).host

const location = (name: string, attributes = ''): string =>
  `<location href="https://${name}/" ${attributes} />`
const locations = (inner: string, attributes = ''): string =>
  `<locations ${attributes}>${inner}</locations>`

t.test('a document comes before a plain URL', async (t) => {
  t.equal(await leadsTo(locations(location('a'))), 'a')
  t.equal(await leadsTo(locations('')), 'plain.example', 'an empty one leads nowhere')
})

t.test('by attribute, then country, then weight', async (t) => {
  const all = locations(
    location('cn', 'country="cn" weight="0"') + location('de', 'country="de" weight="0"') +
      location('pdf', 'ctype="application/pdf" role="manual" weight="0"') +
      location('rest', 'weight="1"'))
  t.equal(await leadsTo(all), 'rest')
  t.equal(await leadsTo(all, '?locatt=role:manual'), 'pdf')
  t.equal(await leadsTo(all, '?locatt=country:de'), 'de')
  t.equal(await leadsTo(all, '?locatt=role:none'), 'rest')
  t.equal(await leadsTo(all, '?country=CN'), 'cn')
  t.equal(await leadsTo(all, '?country=fr'), 'rest')
})

t.test('chooseby says in which order', async (t) => {
  const scored = location('good', 'score="0.9" weight="0"') +
    location('bad', 'score="0.1" weight="1" country="cn"')
  t.equal(await leadsTo(locations(scored, 'chooseby="score,weighted"')), 'good')
  t.equal(await leadsTo(locations(scored, 'choose_by="weighted"')), 'bad')
  t.equal(await leadsTo(locations(scored, 'chooseby="country, score"'), '?country=cn'), 'bad')
  t.equal(await leadsTo(locations(scored, 'chooseby="unknown,weighted"')), 'bad')
})

t.test('what the asker accepts', async (t) => {
  const both = locations(
    location('data', 'http_role="conneg" ctype="application/json" weight="0"') +
      location('other', 'http_role="conneg" ctype="text/turtle" weight="0"') +
      location('page', 'http_role="browser" weight="1"'))
  t.equal(await leadsTo(both, '', { accept: 'application/json' }), 'data')
  t.equal(await leadsTo(both, '', { accept: 'text/html;q=0.2, text/turtle' }), 'other')
  t.equal(await leadsTo(both, '', { accept: 'text/html,application/json;q=0.9' }), 'page')
  t.equal(await leadsTo(both, '', { accept: '*/*', 'user-agent': 'Mozilla/5.0' }), 'page')
  const spoken = locations(location('zh', 'language="zh" weight="0"') + location('en'))
  t.equal(await leadsTo(spoken, '', { 'accept-language': 'zh, en;q=0.5' }), 'zh')
})

t.test('status and templates', async (t) => {
  for (const [given, status] of [['301', 301], ['303', 303], ['307', 307], ['308', 308],
    ['200', 302], ['999', 302], ['x', 302]] as const) {
    const answer = await askFor(locations(location('a', `http_sc="${given}"`)))
    t.equal(answer.status, status, given)
  }
  const template = (text: string): string =>
    locations(`<location href_template="https://a.example/${text}" />`)
  t.equal((await askFor(template('?id={hdl}'))).headers['location'],
    'https://a.example/?id=88.118.8%2F%E9%83%A8%201')
  t.equal((await askFor(template('{hdl:path}'))).headers['location'],
    'https://a.example/88.118.8/%E9%83%A8%201')
})

t.test('action=showurls lists them all', async (t) => {
  const answer = await askFor(
    locations(location('a', 'weight="2"') + location('b&amp;c.example')), '?action=showurls')
  t.equal(answer.status, 200)
  t.match(answer.headers['content-type'], /xml/)
  t.match(answer.text, /<location href="https:\/\/a\/" weight="2" \/>/)
  t.match(answer.text, /b&amp;c\.example/)
  t.match(answer.text, /plain\.example/)
})

t.test('action=metadata chooses what is marked so', async (t) => {
  const marked = locations(location('meta', 'role="metadata" weight="0"') + location('page'))
  t.equal(await leadsTo(marked, '?action=metadata'), 'meta')
  t.equal(await leadsTo(marked), 'page')
})

t.test('a document that is none, or that would do harm, is passed over', async (t) => {
  const entity = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
  for (const xml of [
    '', 'no xml', '<locations>', '<other/>', '<locations><location/></locations>',
    `${entity}${locations(location('&b;'))}`,
    locations('<location href="javascript:alert(1)" />'),
    locations('<location href="data:text/html,x" />'),
    `<!-- ${'x'.repeat(70_000)} -->${locations(location('a'))}`,
    locations('<location href_template="javascript:{hdl}" />'),
  ]) {
    t.equal(await leadsTo(xml), 'plain.example', xml.slice(0, 50))
  }
})

t.test('by weight: about as often as it says', async (t) => {
  const weighted = locations(location('a', 'weight="1"') + location('b', 'weight="3"'))
  let heavy = 0
  for (let i = 0; i < 200; i++) if (await leadsTo(weighted) === 'b') heavy++
  t.ok(heavy > 110 && heavy < 190, `${heavy} of 200`)
})
