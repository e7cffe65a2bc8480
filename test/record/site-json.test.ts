import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { ValueJsonError } from '../../src/record/json-fields.ts'
import { decodeSite, encodeSite } from '../../src/record/site.ts'
import { formatSite, parseSite } from '../../src/record/site-json.ts'
import { sites } from '../wire/arbitraries.ts'
import { hex, loadVectors, plain } from '../wire/vectors.ts'
import { holds } from '../support/property.ts'

t.test('what the peers write', async (t) => {
  const [{ json, hex: bytes }] = loadVectors('handle-9.3.1').sites
  t.equal(JSON.stringify(formatSite(decodeSite(hex(bytes)))), JSON.stringify(json))
  t.equal(encodeSite(parseSite(json, 'site')).toString('hex'), bytes)
})

t.test('generated sites come back', async (t) => {
  holds(t, 'every generated case', fc.property(sites, (site) => {
    assert.deepStrictEqual(plain(parseSite(formatSite(site), 'site')), plain(site))
  }))
})

t.test('what is refused', async (t) => {
  const [{ json }] = loadVectors('handle-9.3.1').sites
  for (const wrong of [
    { protocolVersion: '2' }, { serialNumber: 65_536 }, { hashOption: 'x' }, { servers: null },
    { servers: [{ serverId: 1, address: 'x', interfaces: [] }] }, { primarySite: 1 },
  ]) {
    t.throws(() => parseSite({ ...json, ...wrong }, 'site'), ValueJsonError)
  }
})
