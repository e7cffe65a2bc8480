import { GUANGDONG_CITIES, PROVINCES } from './data/divisions.ts'

/** Codes of GB/T 2260, six digits each, from the province down. */
export interface DivisionCodes {
  readonly province: string
  readonly city: string
  readonly district?: string | undefined
}

const GUANGDONG = '44'

/**
 * What is wrong with the codes of a place: each must lie inside the one above. Guangdong is
 * known whole; elsewhere a city or district is checked by its form only.
 * @returns which code is wrong, or undefined
 */
export function checkDivisions(codes: DivisionCodes): keyof DivisionCodes | undefined {
  const { province, city, district } = codes
  const provinceDigits = province.slice(0, 2)
  if (PROVINCES[provinceDigits] === undefined || !province.endsWith('0000')) return 'province'
  if (!city.startsWith(provinceDigits) || !city.endsWith('00')) return 'city'
  const known = provinceDigits === GUANGDONG ? GUANGDONG_CITIES[city.slice(0, 4)] : undefined
  if (provinceDigits === GUANGDONG && known === undefined) return 'city'
  if (district === undefined) return undefined
  if (!district.startsWith(provinceDigits)) return 'district'
  if (known === undefined) return undefined
  const inCity = district.slice(0, 4) === city.slice(0, 4)
  return inCity && known.districts[district.slice(4)] !== undefined ? undefined : 'district'
}

/** The names of a place, as far as they are known: `广东省 广州市 天河区`. */
export function formatDivisions(codes: DivisionCodes): string {
  const city = GUANGDONG_CITIES[codes.city.slice(0, 4)]
  return [
    PROVINCES[codes.province.slice(0, 2)],
    city?.name,
    codes.district === undefined ? undefined : city?.districts[codes.district.slice(4)],
  ].filter((name) => name !== undefined).join(' ')
}
