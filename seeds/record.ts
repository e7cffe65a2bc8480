import type { ValueJson } from '../src/record/value-json.ts'

/** A record in the form that an import reads, one a line. */
export interface SeedRecord {
  readonly handle: string
  readonly values: readonly ValueJson[]
}

const timestamp = '2026-01-01T00:00:00Z'
const ttl = 86_400

export function textValue(index: number, type: string, value: string): ValueJson {
  return { index, type, data: { format: 'string', value }, ttl, timestamp }
}

/** Text that only administrators may read. */
export function restrictedValue(index: number, type: string, value: string): ValueJson {
  return { index, type, data: { format: 'string', value }, permissions: '1100', ttl, timestamp }
}

/** The text of another identifier, which is also a reference to its first value. */
export function referenceValue(index: number, type: string, handle: string): ValueJson {
  return { ...textValue(index, type, handle), references: [{ handle, index: 1 }] }
}

/** The administrator that a prefix record names, with every right but to create prefixes. */
export function adminValue(handle: string): ValueJson {
  return {
    index: 100,
    type: 'HS_ADMIN',
    data: { format: 'admin', value: { handle, index: 300, permissions: '011111110011' } },
    ttl,
    timestamp,
  }
}

/** A site with one server at an address that is kept for documentation. */
export function siteValue(index: number, description: string, address: string): ValueJson {
  return {
    index,
    type: 'HS_SITE',
    data: {
      format: 'site',
      value: {
        version: 1,
        protocolVersion: '2.11',
        serialNumber: 1,
        primarySite: true,
        multiPrimary: false,
        attributes: [{ name: 'desc', value: description }],
        servers: [{
          serverId: 1,
          address,
          publicKey: { format: 'base64', value: '' },
          interfaces: [{ query: true, admin: false, protocol: 'TCP', port: 2641 }],
        }],
      },
    },
    ttl,
    timestamp,
  }
}
