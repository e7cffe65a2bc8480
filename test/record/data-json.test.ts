import t from 'tap'
import { formatData, parseData } from '../../src/record/data-json.ts'
import { hex } from '../wire/vectors.ts'

t.test('the form fits the bytes', async (t) => {
  const cases: [string, string, string][] = [
    ['URL', Buffer.from('https://a/').toString('hex'), 'string'],
    ['URL', '', 'string'],
    ['URL', 'ff', 'base64'],
    ['URL', '00', 'base64'],
    ['DESC', '610a0d09', 'string'],
    ['hs_admin', '07f300000001610000012c', 'admin'],
    ['HS_ADMIN', '07f3', 'base64'],
    ['HS_VLIST', '00000000', 'vlist'],
    ['HS_PUBKEY', '6162', 'string'],
  ]
  for (const [type, bytes, format] of cases) {
    const json = formatData(type, hex(bytes))
    t.equal(json.format, format, `${type} ${bytes}`)
    t.equal(parseData(json, 'data').toString('hex'), bytes)
  }
})

t.test('forms that are only read', async (t) => {
  t.equal(parseData('ü', 'data').toString('hex'), 'c3bc')
  t.equal(parseData({ format: 'hex', value: 'C3bc' }, 'data').toString('hex'), 'c3bc')
  const admin = { handle: 'a', index: '300', permissions: '011111110011' }
  t.equal(parseData({ format: 'admin', value: admin }, 'data').toString('hex'),
    '07f300000001610000012c')
})
