import { type Enterprise, enterprises } from './enterprises.ts'
import { type Industry, industries } from './industries.ts'
import { adminValue, type SeedRecord, siteValue, textValue } from './record.ts'

/** How many records `prefixRecords` gives. */
export const prefixRecordCount = 1 + industries.length + enterprises.length

/** The prefix records: the top one, the secondary nodes, the enterprise nodes. */
export function* prefixRecords(): Generator<SeedRecord> {
  yield topRecord()
  for (const [at, industry] of industries.entries()) {
    yield industryRecord(industry, siteAddress(at))
  }
  for (const enterprise of enterprises) {
    yield enterpriseRecord(enterprise, siteAddress(industries.indexOf(enterprise.industry)))
  }
}

function topRecord(): SeedRecord {
  const description = '广州工业互联网标识解析演示节点（虚构）'
  return {
    handle: '0.NA/88',
    values: [
      siteValue(1, description, '192.0.2.1'),
      textValue(2, 'DESC', description),
      textValue(3, 'INDUSTRY', 'GB/T 4754-2017 C 制造业'),
      textValue(4, 'ORGANISATION', '穗标演示运营中心（虚构）'),
      adminValue('0.NA/88'),
    ],
  }
}

function industryRecord(industry: Industry, address: string): SeedRecord {
  const { prefix, nameZh, nameEn, operator } = industry
  const description = `${nameZh}行业二级节点 / ${nameEn} secondary node（虚构）`
  return {
    handle: `0.NA/${prefix}`,
    values: [
      siteValue(1, description, address),
      textValue(2, 'DESC', description),
      textValue(3, 'INDUSTRY', formatIndustry(industry)),
      textValue(4, 'ORGANISATION', operator),
      adminValue(`0.NA/${prefix}`),
    ],
  }
}

function enterpriseRecord(enterprise: Enterprise, address: string): SeedRecord {
  const { prefix, name, district, creditCode, industry } = enterprise
  return {
    handle: `0.NA/${prefix}`,
    values: [
      siteValue(1, name, address),
      textValue(2, 'DESC', `${name}企业节点`),
      textValue(3, 'INDUSTRY', formatIndustry(industry)),
      textValue(4, 'ORGANISATION', name),
      textValue(5, 'CREDIT_CODE', creditCode),
      textValue(6, 'DISTRICT', `广东省广州市${district.name}`),
      adminValue(`0.NA/${industry.prefix}`),
    ],
  }
}

function formatIndustry({ industryCode, nameZh }: Industry): string {
  return `GB/T 4754-2017 ${industryCode} ${nameZh}`
}

function siteAddress(at: number): string {
  return `192.0.2.${at + 2}`
}
