import { z } from 'zod'
import {
  CERTIFICATES, DEPLOYMENTS, ID_TYPES, LICENCES, NATURES, numberOf, SYSTEM_KINDS, UNDERTAKINGS,
} from './ent-words.ts'

const text = z.string().optional()
const person = z.object({
  name: text, idType: text, idNumber: text, mobile: text, email: text, fax: text,
  documentImages: z.array(z.string()).default([]),
}).prefault({})
const undertaking = z.object({ by: text, organisation: text, contract: text }).default({})

/** An organisation as the desk shows it; what may not be seen is masked or missing. */
export const shownDetails = z.object({
  name: z.string(), nature: text, description: text, website: text, industry: text,
  address: z.object({ province: text, city: text, district: text, detail: text }).default({}),
  certificate: z.object({ type: text, number: text, imageReference: text }).default({}),
  legalPerson: person, contact: person,
  registrationAuthority: text, registeredCapital: z.number().optional(),
  establishedOn: text, validUntil: text,
  licences: z.array(z.object({ type: z.string(), number: z.string() })).default([]),
  serviceSystem: z.object({ build: undertaking, operation: undertaking }).optional(),
  systems: z.array(z.object({
    kind: z.string(), deployment: z.string(), place: z.string(), endpoint: text,
  })).default([]),
  dataEscrow: text, serviceEscrow: text,
  servedIndustries: z.array(z.string()).default([]),
  external: z.object({
    siteName: text, domains: z.array(z.string()).default([]),
    ipv4: z.array(z.string()).default([]), ipv6: z.array(z.string()).default([]),
  }).optional(),
})
type Details = z.output<typeof shownDetails>

/** What `/snms/api/v3/ent/detail` shows: what `ent/apply` took, in the same members. */
export function toEntDetail(id: string, details: Details, prefix: string | null): object {
  return {
    id,
    entBasicInfo: { ...toBasicInfo(details), entPrefix: prefix },
    entRegisterManageInfo: {
      entInfoSyses: details.systems.map(({ kind, deployment, place, endpoint }) => ({
        sysType: numberOf(SYSTEM_KINDS, kind), deployMode: numberOf(DEPLOYMENTS, deployment),
        deployAddr: deployment === 'cloud' ? null : place,
        name: deployment === 'cloud' ? place : null,
        ipPort: endpoint ?? null,
      })),
      servSysBuildType: numberOf(UNDERTAKINGS, details.serviceSystem?.build.by),
      servSysBuildName: details.serviceSystem?.build.organisation ?? null,
      servSysBuildContractFileRid: toFileId(details.serviceSystem?.build.contract),
      servSysOperType: numberOf(UNDERTAKINGS, details.serviceSystem?.operation.by),
      servSysOperName: details.serviceSystem?.operation.organisation ?? null,
      servSysOperContractFileRid: toFileId(details.serviceSystem?.operation.contract),
    },
    entHostingAndIdentifyServeInfo: toHosting(details),
  }
}

function toBasicInfo(details: Details): object {
  const { address, certificate, contact, legalPerson } = details
  return {
    orgName: details.name, orgNature: numberOf(NATURES, details.nature),
    orgAddrProvince: address.province ?? null, orgAddrCity: address.city ?? null,
    orgAddrCounty: address.district ?? null, orgAddr: address.detail ?? null,
    orgCrtType: numberOf(CERTIFICATES, certificate.type), orgCrtCode: certificate.number ?? null,
    orgCrtImgRid: toFileId(certificate.imageReference),
    orgDesc: details.description ?? null, website: details.website ?? null,
    ...toIndustry(details.industry),
    regAuthority: details.registrationAuthority ?? null,
    regCapital: details.registeredCapital ?? null,
    establishDate: details.establishedOn ?? null, periodValidity: details.validUntil ?? null,
    contactName: contact.name ?? null, contactPhone: contact.mobile ?? null,
    contactEmail: contact.email ?? null, contactCrtType: numberOf(ID_TYPES, contact.idType),
    contactCrtNo: contact.idNumber ?? null,
    contactCrtFrontImgRid: toFileId(contact.documentImages[0]),
    contactCrtBackImgRid: toFileId(contact.documentImages[1]),
    legalName: legalPerson.name ?? null, legalCrtType: numberOf(ID_TYPES, legalPerson.idType),
    legalCrtNo: legalPerson.idNumber ?? null,
    legalCrtFrontImgRid: toFileId(legalPerson.documentImages[0]),
    legalCrtBackImgRid: toFileId(legalPerson.documentImages[1]),
    legalPhone: legalPerson.mobile ?? null,
    legalEmail: legalPerson.email ?? null, legalFax: legalPerson.fax ?? null,
  }
}

/** The number of a file that was uploaded here, or whatever else it is called. */
function toFileId(reference: string | undefined): number | string | null {
  if (reference === undefined) return null
  return /^\d{1,15}$/.test(reference) ? Number(reference) : reference
}

function toHosting(details: Details): object {
  const { external, licences, servedIndustries } = details
  const addresses = [...external?.ipv4 ?? [], ...external?.ipv6 ?? []]
  return {
    entInfoLicenses: licences.map(({ type, number }) =>
      ({ licenceType: numberOf(LICENCES, type), licenceNo: number })),
    dataHostingOrg: details.dataEscrow ?? null, servHostingOrg: details.serviceEscrow ?? null,
    entInfoSerIndustries: servedIndustries.map(toIndustry),
    extWebName: external?.siteName ?? null,
    extDomain: external?.domains[0] ?? null,
    extIpAddr: addresses.length === 0 ? null : addresses.join(';'),
  }
}

/** `C35` in parts: section, division, and the group or class where it names one. */
function toIndustry(code = ''): object {
  const part = (length: number): string | null =>
    code.length > length ? code.slice(1, length + 1) : null
  return {
    industryCategory: code.slice(0, 1) || null, industrySpecific: part(2),
    industryTrade: part(3), industrySubclass: part(4),
  }
}
