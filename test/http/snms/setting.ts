import { createHash } from 'node:crypto'
import type { Test } from 'tap'
import { formatCreditCode } from '../../../src/desk/credit-code.ts'
import { startDesk } from '../desk/setting.ts'

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
export const PASSWORD = 'Guangzhou-2026'

/**
 * What `ent/apply` takes, of an enterprise of that number.
 * @param file number of the file that shows all its papers, or none
 */
export const apply = (number: number, rest: object = {}, file: number | '' = '') => ({
  sysUser: {
    userName: `ent${number}`, password: sha256(PASSWORD), email: 'a@example.cn',
    mobile: '13165157233', remarks: '',
  },
  entBasicInfo: {
    orgName: `测试企业 ${number}`, orgNature: 2, orgAddr: '某路 1 号', orgAddrProvince: '440000',
    orgAddrCity: '440100', orgAddrCounty: '440106', orgCrtType: 1,
    orgCrtCode: formatCreditCode('440106', number), orgCrtImgRid: file, orgDesc: '',
    website: 'a.cn',
    industryCategory: 'C', industrySpecific: '35', regAuthority: '', regCapital: 1200,
    establishDate: '2012-01-06', periodValidity: '2032-01-05',
    contactName: '张三', contactCrtType: 1, contactCrtNo: '11010519491231002X',
    contactCrtFrontImgRid: file, contactCrtBackImgRid: file,
    contactEmail: 'z@example.cn', contactPhone: '13965757203',
    legalName: '王五', legalCrtType: '1', legalCrtNo: '11010519491231002X', legalFax: '',
    legalCrtFrontImgRid: file, legalCrtBackImgRid: file,
    entPrefix: `88.118.${number}`, ...rest,
  },
  entRegisterManageInfo: {
    entInfoSyses: [
      { sysType: 1, deployMode: 1, deployAddr: '某路', ipPort: '[127.0.0.1]:8080' },
      { sysType: 2, deployMode: 2, name: '某云' },
    ],
    servSysBuildType: 1, servSysOperType: 2, servSysOperName: '某运营',
    servSysOperContractFileRid: file,
  },
  entHostingAndIdentifyServeInfo: {
    dataHostingOrg: '某托管', extDomain: 'snms.example.cn', extIpAddr: '192.0.2.1;2001:db8::1',
    entInfoSerIndustries: [{ industryCategory: 'I', industrySpecific: '65' }],
    entInfoLicenses: [{ licenceType: 4, licenceNo: '4123' }],
  },
})

/** A node with the desk of a secondary node, and its interface as connectors call it. */
export async function startSnms(t: Test) {
  const s = await startDesk(t)
  /** A call of the interface: always HTTP 200, always the envelope. */
  const ask = async (method: string, path: string, body?: unknown, secret: string | null = null) =>
    toEnvelope(await s.ask(method, path, { secret, body }))
  const login = { username: 'admin', password: s.admin.password }
  const adminToken: string = (await ask('POST', '/identity/token', login)).data.token
  /** Takes an enterprise on, has it approved and hosted. @returns its token */
  const joinEnterprise = async (number: number, file?: number): Promise<string> => {
    const body = apply(number, {}, file)
    const applied = await ask('POST', '/snms/api/v3/ent/apply', body, adminToken)
    if (applied.status !== 1) throw new Error(applied.message)
    const list = await s.ask('GET', '/v1/applications?state=pending')
    const { id } = list.json.items[0]
    for (let i = 0; i < 2; i++) {
      await s.ask('POST', `/v1/applications/${id}/actions`, { body: { action: 'approve' } })
    }
    const { data } = await ask('POST', '/identity/token', {
      username: `ent${number}`, password: PASSWORD })
    const config = { proxyServerId: 1, entPrefixConfig: { entPrefix: `88.118.${number}` } }
    await ask('POST', '/snms/api/ent/config', config, data.token)
    await s.ask('POST', `/v1/prefixes/88.118.${number}/hosting`, { body: { action: 'approve' } })
    return data.token
  }
  return { ...s, call: s.ask, ask, adminToken, joinEnterprise }
}

/** The envelope of an answer. @throws when it is something else */
export function toEnvelope(
  { status, json, text }: { readonly status: number; readonly json: any; readonly text: string },
) {
  const members = Object.keys(json ?? {}).sort().join()
  if (status !== 200 || members !== 'data,message,status') throw new Error(`${status} ${text}`)
  return json as { status: number; message: string; data: any }
}
