import { createHash } from 'node:crypto'
import t from 'tap'
import { enterprises } from '../../seeds/enterprises.ts'
import { isCreditCode } from '../../src/desk/credit-code.ts'
import {
  generateLines,
  type GenerateOptions,
  generateRecords,
  prefixRecordCount,
  productIdentifier,
} from '../../seeds/generate.ts'
import { industries } from '../../seeds/industries.ts'
import { parseValues } from '../../src/record/value-json.ts'

function digest(options: GenerateOptions): string {
  const hash = createHash('sha256')
  for (const chunk of generateLines(options)) hash.update(chunk)
  return hash.digest('hex')
}

t.test('the nodes: enough of them, each once, all marked as fictional', async (t) => {
  t.ok(industries.length >= 32)
  t.ok(industries.some(({ prefix }) => prefix === '88.118'))
  t.equal(enterprises.length, industries.length * 20)
  t.equal(new Set(industries.map(({ prefix }) => prefix)).size, industries.length)
  t.equal(new Set(industries.map(({ industryCode }) => industryCode)).size, industries.length)
  t.equal(new Set(enterprises.map(({ name }) => name)).size, enterprises.length)
  t.equal(new Set(enterprises.map(({ creditCode }) => creditCode)).size, enterprises.length)
  t.ok(industries.every(({ operator }) => operator.endsWith('（虚构）')))
  t.ok(enterprises.every(({ name }) => name.endsWith('（虚构）')))
})

t.test('suppliers exist and never form a circle', async (t) => {
  const settled = new Set<string>()
  for (let round = 0; round < industries.length; round += 1) {
    for (const { prefix, suppliers } of industries) {
      if (suppliers.every((supplier) => settled.has(supplier))) settled.add(prefix)
    }
  }
  t.equal(settled.size, industries.length)
})

t.test('credit codes have the right check character', async (t) => {
  t.ok(isCreditCode('91350100M000100Y43'), 'the example of GB 32100-2015')
  t.notOk(isCreditCode('91350100M000100Y44'))
  t.notOk(isCreditCode('91350100M000100I43'))
  t.ok(enterprises.every(({ creditCode }) => isCreditCode(creditCode)))
})

t.test('prefix records, then as many products as asked for', async (t) => {
  for (const count of [0, 1, 2, 801, 2500]) {
    for (const small of [false, true]) {
      const handles = [...generateRecords({ count, seed: 1, small })].map(({ handle }) => handle)
      t.equal(handles.length, prefixRecordCount + count)
      t.equal(new Set(handles).size, handles.length, 'each once')
      t.ok(handles.slice(0, prefixRecordCount).every((handle) => handle.startsWith('0.NA/88')))
      const products = handles.slice(prefixRecordCount)
      t.ok(products.every((handle, k) => handle === productIdentifier(k)))
    }
  }
  t.equal(productIdentifier(0), '88.118.8/P0001')
})

t.test('all values can be read, and references lead to records', async (t) => {
  for (const count of [1, 900, 2500]) {
    const records = [...generateRecords({ count, seed: 7 })]
    const handles = new Set(records.map(({ handle }) => handle))
    let references = 0
    for (const { handle, values } of records) {
      for (const value of parseValues(values, { exactPermissions: true })) {
        if (value.timestamp !== 1_767_225_600 || value.ttl !== 86_400) t.fail(`times of ${handle}`)
        for (const reference of value.references) {
          references += 1
          if (!handles.has(reference.handle)) t.fail(`${reference.handle} is missing`)
        }
      }
    }
    t.ok(count === 1 || references > count / 2)
  }
})

t.test('the first product shows every kind of value', async (t) => {
  const records = [...generateRecords({ count: 2000, seed: 1 })]
  const first = records.find(({ handle }) => handle === '88.118.8/P0001')
  t.same(first?.values.map(({ index }) => index), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 100])
  t.equal(first?.values.find(({ type }) => type === 'COST')?.permissions, '1100')
})

t.test('the same seed gives the same bytes, another seed others', async (t) => {
  for (const small of [false, true]) {
    t.equal(digest({ count: 3000, seed: 1, small }), digest({ count: 3000, seed: 1, small }))
    t.not(digest({ count: 3000, seed: 1, small }), digest({ count: 3000, seed: 2, small }))
  }
})

t.test('chunks end where lines end and hold the records', async (t) => {
  const options = { count: 3000, seed: 1 }
  const chunks = [...generateLines(options)]
  t.ok(chunks.length > 10)
  t.ok(chunks.every((chunk) => chunk.at(-1) === 0x0a))
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n')
  t.same(lines, [...generateRecords(options)].map((record) => JSON.stringify(record)))
})
