import type { SiteProtocol } from '../../src/record/site.ts'

/** A node of the demo; each is a process of its own. */
export interface NodePlan {
  /** Its prefix; a recursive node's is only where its own administrator lives. */
  readonly prefix: string
  readonly role: string
  readonly host: string
  /** The doors that its site record names; null for all that it has. */
  readonly offers: readonly SiteProtocol[] | null
  /** Whether it has a registration desk: it hands out prefixes below its own. */
  readonly desk: boolean
}

/** An enterprise, and where its identifiers live. */
export interface EnterprisePlan {
  readonly prefix: string
  readonly kind: string
  /** Prefix of the node that answers for it: its own, or the secondary that hosts it. */
  readonly node: string
  /** Prefix of the node that keeps its prefix record. */
  readonly parent: string
  readonly products: readonly { readonly suffix: string; readonly name: string }[]
}

const LOOPBACK = '127.0.0.1'

export const TOP: NodePlan = {
  prefix: '88', role: 'top-level 国家顶级', host: LOOPBACK, offers: null, desk: true,
}

export const SECONDARIES: readonly NodePlan[] = ['88.101', '88.118', '88.120'].map(
  (prefix) => ({ prefix, role: 'secondary 二级', host: LOOPBACK, offers: null, desk: true }))

export const ENTERPRISE_NODES: readonly NodePlan[] = [
  { prefix: '88.118.8', role: 'enterprise 企业', host: LOOPBACK, offers: null, desk: false },
  { prefix: '88.101.6', role: 'enterprise 企业, IPv6', host: '::1', offers: null, desk: false },
  {
    prefix: '88.120.5', role: 'enterprise 企业, only HTTP', host: LOOPBACK, offers: ['http'],
    desk: false,
  },
]

/** Their own prefixes are outside 88, so that they hide nothing of what they find out. */
export const RECURSIVES: readonly NodePlan[] = ['99.901', '99.902'].map(
  (prefix) => ({ prefix, role: 'recursive 递归', host: LOOPBACK, offers: null, desk: false }))

export const ENTERPRISES: readonly EnterprisePlan[] = [
  {
    prefix: '88.118.8', kind: 'self-built', node: '88.118.8', parent: '88.118',
    products: [{ suffix: 'M1001', name: '纯电动乘用车' }, { suffix: 'M1002', name: '轮毂' }],
  },
  {
    prefix: '88.118.9', kind: 'hosted 托管', node: '88.118', parent: '88.118',
    products: [{ suffix: 'M1001', name: '动力电池' }, { suffix: 'M1002', name: '电芯' }],
  },
  {
    prefix: '88.101.6', kind: 'on IPv6', node: '88.101.6', parent: '88.101',
    products: [{ suffix: 'M1001', name: '液晶面板' }, { suffix: 'M1002', name: '背光模组' }],
  },
  {
    prefix: '88.120.5', kind: 'only HTTP', node: '88.120.5', parent: '88.120',
    products: [{ suffix: 'M1001', name: '沙发' }, { suffix: 'M1002', name: '书柜' }],
  },
]

/** Which nodes there are, and who is whose. */
export interface TopologyPlan {
  readonly top: NodePlan
  readonly secondaries: readonly NodePlan[]
  readonly enterpriseNodes: readonly NodePlan[]
  readonly enterprises: readonly EnterprisePlan[]
  readonly recursives: readonly NodePlan[]
}

export const DEMO: TopologyPlan = {
  top: TOP,
  secondaries: SECONDARIES,
  enterpriseNodes: ENTERPRISE_NODES,
  enterprises: ENTERPRISES,
  recursives: RECURSIVES,
}
