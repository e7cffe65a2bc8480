import { formatCreditCode } from '../src/desk/credit-code.ts'
import { type Industry, industries } from './industries.ts'
import { pick } from './mix.ts'

export interface District {
  readonly code: string
  readonly name: string
}

/** A fictional enterprise node. */
export interface Enterprise {
  readonly prefix: string
  readonly name: string
  readonly district: District
  readonly creditCode: string
  readonly industry: Industry
}

export const enterprisesPerIndustry = 20

const districts: readonly District[] = [
  { code: '440103', name: '荔湾区' },
  { code: '440104', name: '越秀区' },
  { code: '440105', name: '海珠区' },
  { code: '440106', name: '天河区' },
  { code: '440111', name: '白云区' },
  { code: '440112', name: '黄埔区' },
  { code: '440113', name: '番禺区' },
  { code: '440114', name: '花都区' },
  { code: '440115', name: '南沙区' },
  { code: '440117', name: '从化区' },
  { code: '440118', name: '增城区' },
]
const firstCharacters = '穗羊珠云岭南越粤荔棉湾鹭榕桂凤麒禾泽晟朗'
const secondCharacters = '源辉达恒瑞启腾嘉信拓维航博'

/** Twenty for each secondary node, in the order of their prefixes. */
export const enterprises: readonly Enterprise[] = industries.flatMap((industry, at) =>
  Array.from({ length: enterprisesPerIndustry }, (_, i) => createEnterprise(industry, at, i)))

function createEnterprise(industry: Industry, at: number, i: number): Enterprise {
  const number = at * enterprisesPerIndustry + i
  const district = pick(districts, number * 7 + at)
  const second = secondCharacters.charAt((number * 5 + at) % secondCharacters.length)
  const brand = firstCharacters.charAt(i) + second
  return {
    prefix: `${industry.prefix}.${i + 1}`,
    name: `广州${brand}${industry.trade}有限公司（虚构）`,
    district,
    creditCode: formatCreditCode(district.code, number),
    industry,
  }
}
