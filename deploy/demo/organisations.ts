import { formatCreditCode } from '../../src/desk/credit-code.ts'

/** Everybody's password in the demo, whose nodes listen on this machine and end with it. */
const PASSWORD = 'Guangzhou-2026'
const DISTRICT = '440106'

/** A user of the holder of a prefix. */
export interface DemoUser {
  readonly userName: string
  readonly password: string
}

/** Who acts for the holder of a prefix: `demo-88.118.8`. */
export const userOf = (prefix: string): DemoUser =>
  ({ userName: `demo-${prefix}`, password: PASSWORD })

/** A fictional holder of a prefix, as it registers at a desk (tables 1 and 6). */
export function organisationOf(prefix: string): Readonly<Record<string, unknown>> {
  // Holders differ by their certificates, as those of real ones do.
  const number = Number(prefix.replace(/\D/g, '')) % 10_000
  return {
    name: `示例单位 ${prefix}（虚构）`,
    nature: 'private-holding',
    industry: 'C36',
    address: { province: '440000', city: '440100', district: DISTRICT, detail: '示例路 1 号' },
    certificate: { type: 'credit-code', number: formatCreditCode(DISTRICT, number) },
    legalPerson: {
      name: '示例法人', idType: 'identity-card', idNumber: '11010519491231002X',
      mobile: '13800000000', email: 'legal@example.cn',
    },
    contact: { name: '示例联系人', mobile: '13900000000', email: 'contact@example.cn' },
  }
}
