import t from 'tap'
import type { Command } from '../../../src/record/command.ts'
import type { HandleValue } from '../../../src/record/value.ts'
import { formatValue } from '../../../src/record/value-json.ts'
import { statusOf } from '../../../src/http/codes.ts'
import {
  ACCESS_MATRIX, proofOf, resetAccessRecords, SERVER_ADMINISTRATORS, WHO, type Who,
} from '../../support/access-matrix.ts'
import type { Answer } from '../../support/http.ts'
import { type SecureOptions, startHttps } from '../../support/https.ts'

const { secure, node, counted } = await startHttps(t, { administrators: SERVER_ADMINISTRATORS })

interface Asked extends SecureOptions {
  readonly path: string
}

const json = { 'content-type': 'application/json' }
const bodyOf = (values: readonly HandleValue[]): string => JSON.stringify(values.map(formatValue))
const query = (indexes: readonly number[] | null): string =>
  (indexes ?? []).map((index) => `index=${index}`).join('&')

/** A command as the JSON API has it; undefined for what it has no form for. */
function requestOf(command: Command): Asked | undefined {
  const path = 'handle' in command ? `/api/handles/${encodeURIComponent(command.handle)}` : ''
  switch (command.kind) {
    case 'create': {
      const flags = `overwrite=${command.overwrite}&mintNewSuffix=${command.mint}`
      const body = bodyOf(command.values)
      return { path: `${path}?${flags}`, method: 'PUT', headers: json, body }
    }
    case 'add': {
      const flags = `index=various&overwrite=${command.overwrite}`
      return {
        path: `${path}?${flags}`, method: 'PUT', headers: json, body: bodyOf(command.values),
      }
    }
    case 'delete':
      return { path, method: 'DELETE' }
    case 'remove':
      return { path: `${path}?${query(command.indexes)}`, method: 'DELETE' }
    case 'read':
      return { path: `${path}?publicOnly=false&${query(command.indexes)}` }
    case 'list':
      return { path: `/api/handles?prefix=${command.prefix}` }
    case 'list-prefixes':
      return { path: '/api/prefixes' }
    case 'home':
      return { path: `/api/prefixes/0.NA/${command.prefix}`, method: 'POST' }
    case 'unhome':
      return { path: `/api/prefixes/0.NA/${command.prefix}`, method: 'DELETE' }
    case 'modify':
      return undefined
  }
}

function userOf(who: Who): string | null {
  const shown = proofOf(who)
  if (shown === null) return null
  const { identity, secret } = shown
  return `${encodeURIComponent(`${identity.index}:${identity.handle}`)}:${secret.toString()}`
}

/** What the API answers where administration has this code. */
function expectedStatus(command: Command, code: number, answer: Answer): number {
  if (code === 402 || code === 403) return 401
  if (code !== 1) return statusOf(code, command.kind === 'read' ? 'read' : 'write')
  return answer.status === 201 ? 201 : 200
}

t.test('the whole matrix over HTTPS: operation, who asks, permissions of the value', async (t) => {
  let address = 0
  let changed = true
  for (const { what, command, codes } of ACCESS_MATRIX) {
    const asked = requestOf(command)
    if (asked === undefined) continue
    for (const who of WHO) {
      if (changed) resetAccessRecords(node.registry)
      counted('http_commands_done_total')
      // Each from an address of its own: whoever guesses wrong too often is made to wait.
      const from = `127.0.1.${address++ % 250 + 1}`
      const answer = await secure(asked.path, { ...asked, as: userOf(who), from })
      const code = codes[who]
      changed = code === 1
      const name = `${what}: ${who}`
      t.equal(answer.status, expectedStatus(command, code, answer), name)
      if (answer.status === 401 && who === 'wrong key') t.equal(answer.text, '', name)
      else t.equal(JSON.parse(answer.text).responseCode, code, name)
      if (code !== 1) t.equal(counted('http_commands_done_total'), 0, `${name}: nothing done`)
    }
  }
})
