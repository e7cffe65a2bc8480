import type { ValueJson } from '../src/record/value-json.ts'
import { type Enterprise, enterprises, enterprisesPerIndustry } from './enterprises.ts'
import { industries } from './industries.ts'
import { mix, pick } from './mix.ts'
import {
  adminValue,
  referenceValue,
  restrictedValue,
  type SeedRecord,
  textValue,
} from './record.ts'

const firstMaker = enterprises.findIndex(({ prefix }) => prefix === '88.118.8')
const industryAt = new Map(industries.map(({ prefix }, at) => [prefix, at]))

// What each number drawn for a product is for.
const purposes = {
  name: 0, serial: 1, day: 2, certificate: 3, supplier: 4, component: 5, cost: 6, extras: 7,
}

/** The identifier of product `k` (from 0): every enterprise in turn, then each its next one. */
export function productIdentifier(k: number): string {
  const number = Math.floor(k / enterprises.length) + 1
  return `${makerOf(k).prefix}/P${String(number).padStart(4, '0')}`
}

/** Product `k` of `count` with everything that is known of it. */
export function productRecord(k: number, count: number, seed: number): SeedRecord {
  const handle = productIdentifier(k)
  const maker = makerOf(k)
  const draw = (purpose: number) => mix(seed, k, purpose)
  const date = productionDate(draw(purposes.day))
  const certificate = padded(draw(purposes.certificate) % 1_000_000, 6)
  const values = [
    textValue(1, 'URL', productUrl(handle)),
    textValue(2, 'PRODUCT', pick(maker.industry.products, draw(purposes.name))),
    textValue(3, 'BATCH', `B${date.replaceAll('-', '')}-${1 + draw(purposes.serial) % 9}`),
    textValue(4, 'SERIAL', serialNumber(draw(purposes.serial))),
    textValue(5, 'MAKER', maker.name),
    textValue(6, 'PRODUCED', date),
    textValue(7, 'QUALITY', `GZ-QC-${date.slice(0, 4)}-${certificate}`),
  ]
  const component = componentOf(k, count, seed)
  if (component !== undefined) {
    values.push(referenceValue(8, 'COMPONENT', productIdentifier(component)))
  }
  const cost = draw(purposes.cost)
  if (k === 0 || cost % 8 === 0) {
    values.push(restrictedValue(9, 'COST', `CNY ${10 + (cost >>> 3) % 90_000}.00`))
  }
  const extras = draw(purposes.extras) % 16
  if (k === 0 || extras === 0) values.push(locations(handle))
  if (k === 0 || extras < 3) values.push(textValue(11, 'URL.manual', manualUrl(handle)))
  values.push(adminValue(`0.NA/${maker.prefix}`))
  return { handle, values }
}

/** Product `k` with three short values, for large counts. */
export function smallProductRecord(k: number, seed: number): SeedRecord {
  const handle = productIdentifier(k)
  const { products } = makerOf(k).industry
  return {
    handle,
    values: [
      textValue(1, 'URL', productUrl(handle)),
      textValue(2, 'PRODUCT', pick(products, mix(seed, k, purposes.name))),
      textValue(4, 'SERIAL', serialNumber(mix(seed, k, purposes.serial))),
    ],
  }
}

function makerOf(k: number): Enterprise {
  return pick(enterprises, firstMaker + k)
}

/** A product of a supplying industry, as old as this one or one older; undefined if none is. */
function componentOf(k: number, count: number, seed: number): number | undefined {
  const { suppliers } = makerOf(k).industry
  if (suppliers.length === 0) return undefined
  const supplier = industryAt.get(pick(suppliers, mix(seed, k, purposes.supplier))) ?? 0
  const maker = supplier * enterprisesPerIndustry
    + mix(seed, k, purposes.component) % enterprisesPerIndustry
  const turn = (maker - firstMaker + enterprises.length) % enterprises.length
  const component = k - k % enterprises.length + turn
  if (component < count) return component
  return component >= enterprises.length ? component - enterprises.length : undefined
}

function productUrl(handle: string): string {
  return `https://trace.example.cn/${handle}`
}

function manualUrl(handle: string): string {
  return `https://docs.example.cn/manual/${handle}.pdf`
}

function locations(handle: string): ValueJson {
  return textValue(10, '10320/loc', '<locations chooseby="locatt,country,weighted">'
    + `<location id="0" href="${productUrl(handle)}" country="cn" weight="1"/>`
    + `<location id="1" href="https://trace.example.com/en/${handle}" weight="0"/>`
    + '</locations>')
}

function productionDate(number: number): string {
  return `2025-${padded(1 + number % 12, 2)}-${padded(1 + (number >>> 8) % 28, 2)}`
}

function serialNumber(number: number): string {
  return `SN${padded(number, 10)}`
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0')
}
