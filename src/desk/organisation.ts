import { z } from 'zod'
import {
  address, creditCode, date, description, domain, industryDivision, ipAddresses, mail, mobile,
  name, personal, phone, rule, text, website,
} from './fields.ts'
import { isIdentityCardNumber } from './identity-card.ts'
import {
  DOCUMENT_IMAGE_COUNT_MAX, LICENCE_COUNT_MAX, SERVED_INDUSTRY_COUNT_MAX, SYSTEM_COUNT_MAX,
} from './limits.ts'

/** Where an organisation stands: who runs the node, who runs a secondary node, who joins one. */
export const LEVELS = ['top', 'secondary', 'enterprise'] as const
export type Level = (typeof LEVELS)[number]

const NATURES = [
  'state-holding', 'private-holding', 'foreign-holding', 'public-institution', 'non-profit',
] as const

const identityDocument = {
  idType: personal(z.enum(['identity-card', 'passport', 'other'])),
  idNumber: personal(text(40)),
}

/** Where photographs of someone's identity document are kept, front and back. */
const documentImages = personal(z.array(text(64)).max(DOCUMENT_IMAGE_COUNT_MAX)).optional()

/** A number that says it is a resident identity number has that number's check character. */
function checkIdentity(
  person: { readonly idType?: string | undefined; readonly idNumber?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (person.idType !== 'identity-card' || person.idNumber === undefined) return
  if (isIdentityCardNumber(person.idNumber)) return
  context.addIssue({ code: 'custom', path: ['idNumber'], params: rule('identity-card') })
}

const legalPerson = z.strictObject({
  name: personal(name()),
  ...identityDocument,
  mobile: personal(mobile()),
  email: personal(mail()),
  fax: personal(phone()).optional(),
  documentImages,
}).superRefine(checkIdentity)

const contact = z.strictObject({
  name: personal(name()),
  mobile: personal(mobile()),
  email: personal(mail()),
  idType: identityDocument.idType.optional(),
  idNumber: identityDocument.idNumber.optional(),
  documentImages,
}).superRefine(checkIdentity)

const certificate = z.strictObject({
  type: z.enum(['credit-code', 'other']),
  number: text(40),
  /** Where the photograph of the certificate is kept, as text. */
  imageReference: text().optional(),
}).superRefine((certificate, context) => {
  if (certificate.type !== 'credit-code') return
  if (creditCode().safeParse(certificate.number).success) return
  context.addIssue({ code: 'custom', path: ['number'], params: rule('credit-code') })
})

const licence = z.strictObject({
  type: z.enum(['root-server', 'domain-registry', 'domain-registrar', 'value-added-telecom']),
  number: text(60),
})

/** Who builds or runs a service system: the organisation itself, or one with a contract. */
const undertaking = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('self') }),
  z.strictObject({
    by: z.literal('entrusted'), organisation: name(), contract: text().optional(),
  }),
])

const system = z.strictObject({
  kind: z.enum(['registration', 'registration-data', 'data-backup', 'resolution', 'system-backup']),
  deployment: z.enum(['local', 'cloud']),
  /** Its address, or the provider of the cloud. */
  place: text(),
  endpoint: z.string().max(64)
    .refine((value) => /^.+:\d{1,5}$/.test(value), { params: rule('address-and-port') })
    .optional(),
})

/**
 * What is known of an organisation that runs a secondary or an enterprise node: the fields that
 * are synchronised upwards as tables 1 and 6 of the docking guide.
 */
export const organisationBody = z.strictObject({
  name: name(),
  nature: z.enum(NATURES),
  address: address(),
  certificate,
  legalPerson,
  contact,
  description: description().optional(),
  industry: industryDivision(),
  website: website().optional(),
  registrationAuthority: text().optional(),
  /** In units of ten thousand yuan 万元. */
  registeredCapital: z.number().nonnegative().max(1e9).optional(),
  establishedOn: date().optional(),
  /** The last day of the certificate; left out when it has none. */
  validUntil: date().optional(),
  licences: z.array(licence).max(LICENCE_COUNT_MAX).default([]),
  serviceSystem: z.strictObject({ build: undertaking, operation: undertaking }).optional(),
  systems: z.array(system).max(SYSTEM_COUNT_MAX).default([]),
  /** Who keeps the escrowed data 数据托管单位, and who the escrowed service 服务托管单位. */
  dataEscrow: name().optional(),
  serviceEscrow: name().optional(),
  /** How real names are verified 实名核验, and how names are checked 名称合规. */
  identityVerification: text().optional(),
  nameCompliance: text().optional(),
  servedIndustries: z.array(industryDivision()).max(SERVED_INDUSTRY_COUNT_MAX).default([]),
  external: z.strictObject({
    siteName: name().optional(),
    domains: z.array(domain()).max(20).default([]),
    ipv4: ipAddresses(4).default([]),
    ipv6: ipAddresses(6).default([]),
  }).optional(),
}).superRefine(({ establishedOn, validUntil }, context) => {
  // ISO dates sort as text.
  if (establishedOn === undefined || validUntil === undefined) return
  if (validUntil > establishedOn) return
  context.addIssue({ code: 'custom', path: ['validUntil'], params: rule('later-than') })
})

export type OrganisationBody = z.output<typeof organisationBody>
