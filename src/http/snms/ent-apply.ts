import { z } from 'zod'
import { checkInput } from './check-input.ts'
import {
  CERTIFICATES, DEPLOYMENTS, ID_TYPES, LICENCES, NATURES, SYSTEM_KINDS,
} from './ent-words.ts'

/** Text that is left out when it is empty, as forms send it. */
const maybe = z.string().optional().transform((text) => text === '' ? undefined : text)
/** The number of a file that was uploaded, as text; our own keep their ids so. */
const fileId = z.union([z.string(), z.number()]).nullish().transform((id) =>
  id === undefined || id === null || id === '' ? undefined : String(id))
/** A number of the interface as one of our words; the first is 1. */
const choice = <T extends string>(words: readonly T[]) =>
  z.coerce.number().int().min(1).max(words.length).transform((n) => words[n - 1])

const enterprise = {
  entBasicInfo: z.object({
    orgName: z.string(), orgNature: choice(NATURES),
    orgAddr: z.string(), orgAddrProvince: z.string(), orgAddrCity: z.string(),
    orgAddrCounty: maybe,
    orgCrtType: choice(CERTIFICATES), orgCrtCode: z.string(),
    orgCrtImgRid: fileId,
    orgDesc: maybe, industryCategory: z.string(), industrySpecific: z.string(),
    website: maybe, regAuthority: maybe, regCapital: z.coerce.number().optional(),
    establishDate: maybe, periodValidity: maybe,
    contactName: z.string(), contactCrtType: choice(ID_TYPES), contactCrtNo: z.string(),
    contactCrtFrontImgRid: fileId, contactCrtBackImgRid: fileId,
    contactEmail: z.string(), contactPhone: z.string(),
    legalName: z.string(), legalCrtType: choice(ID_TYPES), legalCrtNo: z.string(),
    legalCrtFrontImgRid: fileId, legalCrtBackImgRid: fileId,
    legalEmail: maybe, legalPhone: maybe, legalFax: maybe,
    entPrefix: z.string(),
  }),
  entRegisterManageInfo: z.object({
    entInfoSyses: z.array(z.object({
      sysType: choice(SYSTEM_KINDS), deployMode: choice(DEPLOYMENTS),
      deployAddr: maybe, name: maybe, ipPort: maybe,
    })).default([]),
    servSysBuildType: z.coerce.number().int().optional(), servSysBuildName: maybe,
    servSysBuildContractFileRid: fileId, servSysOperContractFileRid: fileId,
    servSysOperType: z.coerce.number().int().optional(), servSysOperName: maybe,
  }).optional(),
  entHostingAndIdentifyServeInfo: z.object({
    extWebName: maybe, extDomain: maybe, extIpAddr: maybe,
    dataHostingOrg: maybe, servHostingOrg: maybe,
    entInfoSerIndustries: z.array(z.object({
      industryCategory: z.string(), industrySpecific: z.string(),
    })).default([]),
    entInfoLicenses: z.array(z.object({
      licenceNo: z.string(), licenceType: choice(LICENCES),
    })).default([]),
  }).optional(),
}
const apply = z.object({
  sysUser: z.object({
    userName: z.string(), password: z.string(), email: z.string(), mobile: z.string(),
    remarks: maybe,
  }),
  ...enterprise,
})
const upgrade = z.object({ username: z.string(), ...enterprise })
type Apply = Omit<z.output<typeof apply>, 'sysUser'>

/** What `/snms/api/v3/ent/apply` sends, as the desk takes it; or what is missing. */
export function fromEntApply(json: unknown): object | string {
  const given = checkInput(apply, json)
  if (typeof given === 'string') return given
  const { sysUser, entBasicInfo } = given
  const { userName, password, email, mobile, remarks } = sysUser
  return {
    user: { userName, password, email, mobile, remarks },
    organisation: toOrganisation(given),
    application: { prefix: entBasicInfo.entPrefix },
  }
}

/** The same of `/snms/api/v3/ent/upgrade-apply`, which names a user that is there already. */
export function fromEntUpgrade(json: unknown): object | string {
  const given = checkInput(upgrade, json)
  if (typeof given === 'string') return given
  return {
    userName: given.username,
    organisation: toOrganisation(given),
    application: { prefix: given.entBasicInfo.entPrefix },
  }
}

function toOrganisation({ entBasicInfo, entRegisterManageInfo, ...rest }: Apply): object {
  const basic = entBasicInfo
  const hosting = rest.entHostingAndIdentifyServeInfo
  return {
    name: basic.orgName, nature: basic.orgNature,
    address: {
      province: basic.orgAddrProvince, city: basic.orgAddrCity, district: basic.orgAddrCounty,
      detail: basic.orgAddr,
    },
    certificate: {
      type: basic.orgCrtType, number: basic.orgCrtCode,
      imageReference: basic.orgCrtImgRid,
    },
    legalPerson: {
      name: basic.legalName, idType: basic.legalCrtType, idNumber: basic.legalCrtNo,
      // The interface lets these be empty, and who speaks for the enterprise is then its contact.
      email: basic.legalEmail ?? basic.contactEmail, mobile: basic.legalPhone ?? basic.contactPhone,
      fax: basic.legalFax,
      documentImages: toImages(basic.legalCrtFrontImgRid, basic.legalCrtBackImgRid),
    },
    contact: {
      name: basic.contactName, idType: basic.contactCrtType, idNumber: basic.contactCrtNo,
      email: basic.contactEmail, mobile: basic.contactPhone,
      documentImages: toImages(basic.contactCrtFrontImgRid, basic.contactCrtBackImgRid),
    },
    description: basic.orgDesc,
    industry: basic.industryCategory + basic.industrySpecific,
    website: toUrl(basic.website),
    registrationAuthority: basic.regAuthority, registeredCapital: basic.regCapital,
    establishedOn: basic.establishDate, validUntil: basic.periodValidity,
    systems: entRegisterManageInfo?.entInfoSyses.map((system) => ({
      kind: system.sysType, deployment: system.deployMode,
      place: system.name ?? system.deployAddr ?? basic.orgAddr, endpoint: system.ipPort,
    })),
    ...(hosting === undefined ? {} : toHosting(hosting)),
    ...(entRegisterManageInfo === undefined ? {} : toServiceSystem(entRegisterManageInfo)),
  }
}

function toHosting(hosting: NonNullable<Apply['entHostingAndIdentifyServeInfo']>): object {
  const { extWebName, extDomain, extIpAddr } = hosting
  const addresses = (extIpAddr ?? '').split(';')
    .map((one) => one.trim()).filter((one) => one !== '')
  return {
    dataEscrow: hosting.dataHostingOrg, serviceEscrow: hosting.servHostingOrg,
    servedIndustries: hosting.entInfoSerIndustries
      .map(({ industryCategory, industrySpecific }) => industryCategory + industrySpecific),
    licences: hosting.entInfoLicenses
      .map(({ licenceNo, licenceType }) => ({ type: licenceType, number: licenceNo })),
    external: {
      siteName: extWebName, domains: extDomain === undefined ? [] : [extDomain],
      ipv4: addresses.filter((one) => !one.includes(':')),
      ipv6: addresses.filter((one) => one.includes(':')),
    },
  }
}

function toServiceSystem(info: NonNullable<Apply['entRegisterManageInfo']>): object {
  const side = (
    type: number | undefined, name: string | undefined, contract: string | undefined,
  ): object =>
    type === 2 ? { by: 'entrusted', organisation: name ?? '', contract } : { by: 'self' }
  if (info.servSysBuildType === undefined || info.servSysOperType === undefined) return {}
  return { serviceSystem: {
    build: side(info.servSysBuildType, info.servSysBuildName, info.servSysBuildContractFileRid),
    operation: side(info.servSysOperType, info.servSysOperName, info.servSysOperContractFileRid),
  } }
}

/** Front and back, as far as they were uploaded. */
function toImages(...ids: readonly (string | undefined)[]): string[] | undefined {
  const known = ids.filter((id) => id !== undefined)
  return known.length === 0 ? undefined : known
}

function toUrl(website: string | undefined): string | undefined {
  return website === undefined || /^https?:/.test(website) ? website : `http://${website}`
}
