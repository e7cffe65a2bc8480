import { z } from 'zod'
import { parseIdentifier } from '../identifier/identifier.ts'
import type { Identity } from '../record/command.ts'

const IDENTITY = /^(\d{1,9}):(.+)$/

/** `300:0.NA/88, 301:0.NA/88` */
export const identities = z.string().transform((text, context) => {
  const found: Identity[] = []
  for (const part of text.split(',').map((one) => one.trim())) {
    const [, index, handle = ''] = IDENTITY.exec(part) ?? []
    if (index === undefined || parseIdentifier(handle) === undefined) {
      context.addIssue({ code: 'custom', message: 'no identity' })
      return z.NEVER
    }
    found.push({ handle, index: Number(index) })
  }
  return found
})
