import { INDUSTRY_SECTIONS } from './data/industry-sections.ts'

/** An industry of GB/T 4754-2017, as deep as it was given. */
export interface IndustryName {
  readonly section: string
  readonly sectionName: string
  /** Two digits, or null when only the section was given. */
  readonly division: string | null
  readonly divisionName: string | null
}

const CODE = /^([A-T])(\d{2}\d{0,2})?$/

/**
 * Takes an industry code apart: a section (`C`), with a division (`C35`), a group (`C349`) or
 * a class (`C3491`) behind it. @returns undefined when there is no such section or division
 */
export function findIndustry(code: string): IndustryName | undefined {
  const [, letter = '', digits] = CODE.exec(code) ?? []
  const section = INDUSTRY_SECTIONS[letter]
  if (section === undefined) return undefined
  if (digits === undefined) {
    return { section: letter, sectionName: section.name, division: null, divisionName: null }
  }
  const division = digits.slice(0, 2)
  const divisionName = section.divisions[division]
  if (divisionName === undefined) return undefined
  return { section: letter, sectionName: section.name, division, divisionName }
}

/** `C3491` → `C 制造业 / 34 通用设备制造业`. @returns undefined when there is no such industry */
export function formatIndustry(code: string): string | undefined {
  const found = findIndustry(code)
  if (found === undefined) return undefined
  const section = `${found.section} ${found.sectionName}`
  if (found.division === null) return section
  return `${section} / ${found.division} ${found.divisionName ?? ''}`
}
