import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { isCreditCode } from './credit-code.ts'
import { checkDivisions } from './division.ts'
import { findIndustry } from './industry.ts'
import {
  ADDRESS_COUNT_MAX, DESCRIPTION_CHARACTERS_MAX, NAME_CHARACTERS_MAX, TEXT_CHARACTERS_MAX,
} from './limits.ts'

/**
 * Rules of our own that a field can break. Each has a text in `messages.ts`; a schema names one
 * with `params: { rule }`, and says no text itself, so that an error can be told in two languages.
 */
export type FieldRule =
  | 'credit-code' | 'identity-card' | 'industry' | 'division' | 'phone' | 'mobile' | 'domain'
  | 'ip-address' | 'control-characters' | 'later-than' | 'public-key' | 'endpoint-port'
  | 'duplicate' | 'length-order' | 'password' | 'handle' | 'values' | 'item-required'
  | 'item-type' | 'item-length' | 'item-unique' | 'item-unknown' | 'item-disabled'
  | 'index-reserved' | 'scope' | 'address-and-port' | 'same-version' | 'json' | 'line-length'
  | 'report' | 'foreign-prefix' | 'out-of-range' | 'base64' | 'file-kind'
  | 'file-unknown' | 'file-taken' | 'cursor'

const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/

/** One line of text: trimmed, not empty, no control characters. */
export const text = (max = TEXT_CHARACTERS_MAX) =>
  z.string().trim().min(1).max(max)
    .refine((value) => !CONTROL_CHARACTERS.test(value), { params: rule('control-characters') })

export const name = () => text(NAME_CHARACTERS_MAX)

/** Text of several lines. */
export const description = () => z.string().trim().max(DESCRIPTION_CHARACTERS_MAX)

export const creditCode = () =>
  z.string().length(18).refine(isCreditCode, { params: rule('credit-code') })
    .meta({ examples: ['91440101MA59ABCD0X'] })

/** A section, division, group or class of GB/T 4754-2017, such as `C`, `C35`, `C3491`. */
export const industry = () =>
  z.string().regex(/^[A-T](\d{2,4})?$/)
    .refine((code) => findIndustry(code) !== undefined, { params: rule('industry') })

/** A division of GB/T 4754-2017 with its section, such as `C35`, at least. */
export const industryDivision = () =>
  z.string().regex(/^[A-T]\d{2,4}$/)
    .refine((code) => findIndustry(code) !== undefined, { params: rule('industry') })

const divisionCode = () => z.string().regex(/^\d{6}$/)

export const address = () =>
  z.strictObject({
    province: divisionCode(),
    city: divisionCode(),
    district: divisionCode().optional(),
    detail: text(),
  }).superRefine((codes, context) => {
    const wrong = checkDivisions(codes)
    if (wrong === undefined) return
    context.addIssue({ code: 'custom', path: [wrong], params: rule('division') })
  })

/** A mobile number of the mainland, or an international one with its country code. */
export const mobile = () =>
  z.string().max(20).refine((value) => /^(1[3-9]\d{9}|\+\d{6,15})$/.test(value), {
    params: rule('mobile'),
  })

/** A telephone or fax number with its area code: `020-12345678`, also with an extension. */
export const phone = () =>
  z.string().max(24)
    .refine((value) => /^(\+\d{1,3}-?)?(0\d{2,3}-?)?\d{7,11}(-\d{1,6})?$/.test(value), {
      params: rule('phone'),
    })

export const mail = () => z.email().max(TEXT_CHARACTERS_MAX)
export const date = () => z.iso.date()
export const website = () => z.url({ protocol: /^https?$/ }).max(TEXT_CHARACTERS_MAX)

export const domain = () =>
  z.string().max(253).refine(isDomain, { params: rule('domain') })

export const ipAddress = (family?: 4 | 6) =>
  z.string().max(45).refine((value) => isAddress(value, family), { params: rule('ip-address') })

export const ipAddresses = (family: 4 | 6) => z.array(ipAddress(family)).max(ADDRESS_COUNT_MAX)

export const port = () => z.int().min(1).max(65_535)

/** Refuses each value that was there before. @param pathOf where the value with a number stands */
export function refuseDuplicates(
  values: readonly unknown[], pathOf: (i: number) => PropertyKey[], context: z.RefinementCtx,
): void {
  const seen = new Set<unknown>()
  for (const [i, value] of values.entries()) {
    if (seen.has(value)) {
      context.addIssue({ code: 'custom', path: pathOf(i), params: rule('duplicate') })
    }
    seen.add(value)
  }
}

/** Marks a field as personal data: never in public answers, masked for read-only eyes. */
export function personal<T extends z.ZodType>(schema: T): T {
  return schema.meta({ ...schema.meta(), 'x-personal': true })
}

export function rule(name: FieldRule): { readonly rule: FieldRule } {
  return { rule: name }
}

/** Whether text is an IP address in full, not one of the short forms that parsers also take. */
function isAddress(value: string, family?: 4 | 6): boolean {
  const four = ipaddr.IPv4.isValidFourPartDecimal(value)
  const six = value.includes(':') && !value.includes('%') && ipaddr.IPv6.isValid(value)
  return family === 4 ? four : family === 6 ? six : four || six
}

function isDomain(value: string): boolean {
  const labels = value.split('.')
  return labels.length > 1
    && labels.every((label) => /^[\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u.test(label))
    && !/^\d+$/.test(labels.at(-1) ?? '')
}
