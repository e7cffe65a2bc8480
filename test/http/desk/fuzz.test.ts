import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import t from 'tap'
import { organisation } from '../../desk/setting.ts'
import { fromSchema, hostile, nearly } from './arbitrary.ts'
import { startDesk } from './setting.ts'

const RUNS_PER_ROUTE = 40
const s = await startDesk(t)
const database = new Database(join(s.dataDir, 'records.db'), { readonly: true })
t.teardown(() => database.close())
/** Moves on with each commit of the node, whatever it was about. */
const commits = () => database.pragma('data_version', { simple: true })

const { json: specification } = await s.ask('GET', '/openapi.json')
const routes = Object.entries<any>(specification.paths).flatMap(([path, item]) =>
  Object.entries<any>(item).map(([method, said]) =>
    ({ path, method: method.toUpperCase(), said })))
  // Wrong passwords are counted, and hashing them takes its time: test/desk/accounts.test.ts.
  .filter(({ said }) => !['session.create', 'session.exchange', 'session.end', 'user.create',
    'identifier.stream', 'registration.create'].includes(said.operationId))

/** What is there, so that calls come to what they are about. */
const created = await s.ask('POST', '/v1/organisations', { body: organisation(1) })
const asked = await s.ask('POST', '/v1/applications', {
  body: { prefix: '88.118.8', organisation: created.json.id } })
const known: Record<string, string[]> = {
  organisation: [created.json.id], holder: [created.json.id], application: [asked.json.id],
  prefix: ['88.118', '88.118.8'], handle: ['88.118/X'], version: ['v1'],
  user: [(await s.ask('GET', '/v1/users')).json.items[0].id],
  key: [(await s.ask('POST', '/v1/keys', {
    body: { name: 'k', scopes: ['prefix:read'] } })).json.id],
}

t.test('a call that succeeds is seen as a change', async (t) => {
  const before = commits()
  t.equal((await s.ask('POST', '/v1/organisations', { body: organisation(2) })).status, 201)
  t.not(commits(), before)
})

for (const { path, method, said } of routes) {
  t.test(`${method} ${path}: no 5xx, and nothing is changed by what is refused`, async () => {
    const parameters = (place: string) => said.parameters
      .filter((one: any) => one.in === place)
      .map((one: any) => [one.name, fc.oneof(
        fc.constantFrom(...known[one.name] ?? ['x']), fromSchema(one.schema), hostile)] as const)
    const schema = said.requestBody?.content['application/json']?.schema
    const valid = schema === undefined ? fc.constant(undefined) : fromSchema(schema)
    const request = fc.record({
      params: fc.record(Object.fromEntries(parameters('path'))),
      query: fc.record(Object.fromEntries(parameters('query')), { requiredKeys: [] }),
      body: fc.oneof(valid, nearly(valid), hostile),
      ifMatch: fc.constantFrom('*', '"1"', 'x', ''),
    })
    await fc.assert(fc.asyncProperty(request, async ({ params, query, body, ifMatch }) => {
      const url = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) =>
        encodeURIComponent(textOf((params as Record<string, unknown>)[name]).toWellFormed()) || 'x')
      const search = new URLSearchParams(Object.entries(query).map(([name, value]) =>
        [name, textOf(value)])).toString()
      const before = commits()
      const answer = await s.ask(method, `${url}${search === '' ? '' : `?${search}`}`, {
        body: method === 'GET' || method === 'DELETE' ? undefined : body ?? null,
        headers: ifMatch === '' ? {} : { 'if-match': ifMatch },
      })
      if (answer.status >= 500) throw new Error(`${answer.status} ${answer.text}`)
      if (answer.status >= 400 && commits() !== before) throw new Error('a refused call changed it')
      if (answer.status >= 400 && !/problem\+json/.test(String(answer.headers['content-type']))) {
        // Paths that are none are refused before they come to the desk.
        if (answer.status !== 404 && answer.status !== 414 && answer.status !== 400) {
          throw new Error(answer.text)
        }
      }
    }), { numRuns: RUNS_PER_ROUTE })
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '')
}
