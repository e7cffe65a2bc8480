import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { decodeSite, encodeSite } from '../../src/record/site.ts'
import { sites } from '../wire/arbitraries.ts'
import { hex, loadVectors, offByOne, plain } from '../wire/vectors.ts'
import { holds } from '../support/property.ts'

t.test('vectors', async (t) => {
  for (const { site, hex: bytes } of loadVectors('handle-9.3.1').sites) {
    t.strictSame(plain(decodeSite(hex(bytes))), site)
  }
  for (const { site, hex: bytes } of loadVectors('handle-9.2').sites) {
    const decoded = decodeSite(hex(bytes))
    t.equal(decoded.primary, site.isPrimary)
    t.equal(decoded.serialNumber, site.serialNumber)
    t.equal(decoded.multiPrimary, site.multiPrimary)
    t.equal(['prefix', 'suffix', 'whole'].indexOf(decoded.hashOption), site.hashOption)
    t.strictSame(decoded.attributes, site.attributes)
    const servers = decoded.servers.map(({ serverId, address, publicKey, interfaces }) => ({
      serverId, addressHex: address.toString('hex'), publicKeyHex: publicKey.toString('hex'),
      interfaces: interfaces.map(({ admin, query, protocol, port }) => ({
        type: Number(admin) + 2 * Number(query),
        protocol: ['udp', 'tcp', 'http', 'https'].indexOf(protocol),
        port,
      })),
    }))
    t.strictSame(servers, site.servers)
  }
  for (const file of ['handle-9.2', 'handle-9.3.1']) {
    for (const { hex: bytes } of loadVectors(file).sites) {
      t.equal(encodeSite(decodeSite(hex(bytes))).toString('hex'), bytes)
      for (const other of offByOne(hex(bytes))) t.throws(() => decodeSite(other), BytesError)
    }
  }
})

t.test('generated sites', async (t) => {
  holds(t, 'every generated case', fc.property(sites, (site) => {
    assert.deepStrictEqual(plain(decodeSite(encodeSite(site))), plain(site))
  }))
})
