import type { Level } from './organisation.ts'

/**
 * How far the application for a prefix has come, and with it the prefix itself. The numbers are
 * the field's own; the last two have none, since there is no prefix any more.
 */
export const STATE_CODES = {
  suspended: 0, // 停用
  enabled: 1, // 启用
  deleting: 2, // 待删除
  rejected: 3, // 被驳回
  pending: 4, // 待审核
  reviewing: 5, // 审核中
  withdrawn: null,
  deleted: null,
} as const
export type State = keyof typeof STATE_CODES
export const STATES = Object.keys(STATE_CODES) as readonly State[]

export const ACTIONS = [
  'mend', 'withdraw', 'approve', 'reject', 'suspend', 'resume', 'request-deletion',
  'cancel-deletion', 'delete',
] as const
export type Action = (typeof ACTIONS)[number]

/** On which side someone stands: who applies, who holds the prefix above, who runs the top. */
export const PARTIES = ['applicant', 'parent', 'top'] as const
export type Party = (typeof PARTIES)[number]

export interface Transition {
  readonly from: State
  readonly action: Action
  readonly by: Party
  readonly to: State
  /** Only for applications of this level. */
  readonly level?: Exclude<Level, 'top'>
  /** Only while the prefix is held by this party, who suspended it. */
  readonly heldBy?: Party
}

/**
 * Who may do what, and what comes of it. For a secondary node's application the parent is the
 * top-level node, and its review is the only one; an enterprise's goes to its secondary node
 * first and to the top-level node then.
 */
export const TRANSITIONS: readonly Transition[] = [
  { from: 'pending', action: 'mend', by: 'applicant', to: 'pending' },
  { from: 'pending', action: 'withdraw', by: 'applicant', to: 'withdrawn' },
  { from: 'pending', action: 'approve', by: 'parent', to: 'enabled', level: 'secondary' },
  { from: 'pending', action: 'approve', by: 'parent', to: 'reviewing', level: 'enterprise' },
  { from: 'pending', action: 'reject', by: 'parent', to: 'rejected' },

  { from: 'reviewing', action: 'withdraw', by: 'applicant', to: 'withdrawn' },
  { from: 'reviewing', action: 'approve', by: 'top', to: 'enabled' },
  { from: 'reviewing', action: 'reject', by: 'top', to: 'rejected' },

  { from: 'rejected', action: 'mend', by: 'applicant', to: 'pending' },
  { from: 'rejected', action: 'withdraw', by: 'applicant', to: 'withdrawn' },
  { from: 'rejected', action: 'withdraw', by: 'parent', to: 'withdrawn' },

  { from: 'enabled', action: 'suspend', by: 'parent', to: 'suspended' },
  { from: 'enabled', action: 'suspend', by: 'top', to: 'suspended' },

  { from: 'suspended', action: 'resume', by: 'parent', to: 'enabled', heldBy: 'parent' },
  { from: 'suspended', action: 'resume', by: 'top', to: 'enabled' },
  { from: 'suspended', action: 'request-deletion', by: 'applicant', to: 'deleting' },
  { from: 'suspended', action: 'request-deletion', by: 'parent', to: 'deleting' },

  { from: 'deleting', action: 'cancel-deletion', by: 'applicant', to: 'suspended' },
  { from: 'deleting', action: 'cancel-deletion', by: 'parent', to: 'suspended' },
  { from: 'deleting', action: 'delete', by: 'top', to: 'deleted' },
]

/** What an action is asked about. */
export interface WorkflowCase {
  readonly state: State
  readonly level: Exclude<Level, 'top'>
  /** Who suspended the prefix, while it is suspended. */
  readonly heldBy: Party | null
}

/** What comes of an action: the next state, or why there is none. */
export type Step<S> =
  | { readonly kind: 'moved'; readonly to: S; readonly by: Party }
  /** Nobody can do that in this state. */
  | { readonly kind: 'wrong-state' }
  /** Someone else could. */
  | { readonly kind: 'not-yours' }

/** Looks an action up for someone who stands on one side or several. */
export function takeStep(
  at: WorkflowCase, action: Action, parties: readonly Party[],
): Step<State> {
  return choose(TRANSITIONS.filter((row) =>
    row.from === at.state && row.action === action
    && (row.level === undefined || row.level === at.level)
    && (row.heldBy === undefined || row.heldBy === at.heldBy)), parties)
}

/** The highest party counts, so that what the top-level node held back stays held back. */
function choose<S>(
  rows: readonly { readonly by: Party; readonly to: S }[], parties: readonly Party[],
): Step<S> {
  if (rows.length === 0) return { kind: 'wrong-state' }
  const row = rows.filter(({ by }) => parties.includes(by))
    .sort((a, b) => PARTIES.indexOf(b.by) - PARTIES.indexOf(a.by))[0]
  return row === undefined ? { kind: 'not-yours' } : { kind: 'moved', to: row.to, by: row.by }
}

/** States of a prefix that was given: it has a record. */
export function isGiven(state: State): boolean {
  return state === 'enabled' || state === 'suspended' || state === 'deleting'
}

/** Hosting 托管 of an approved enterprise prefix; the numbers are the field's own. */
export const HOSTING_CODES = {
  'not-hosted': 1, // 未托管
  requested: 2, // 申请中
  refused: 3, // 被驳回
  hosted: 4, // 已托管
} as const
export type Hosting = keyof typeof HOSTING_CODES
export const HOSTING_ACTIONS = ['request', 'approve', 'refuse', 'end'] as const
export type HostingAction = (typeof HOSTING_ACTIONS)[number]

const HOSTING_STEPS: readonly {
  readonly from: Hosting; readonly action: HostingAction
  readonly by: Party; readonly to: Hosting
}[] = [
  { from: 'not-hosted', action: 'request', by: 'applicant', to: 'requested' },
  { from: 'refused', action: 'request', by: 'applicant', to: 'requested' },
  { from: 'requested', action: 'end', by: 'applicant', to: 'not-hosted' },
  { from: 'requested', action: 'approve', by: 'parent', to: 'hosted' },
  { from: 'requested', action: 'refuse', by: 'parent', to: 'refused' },
  { from: 'hosted', action: 'end', by: 'applicant', to: 'not-hosted' },
  { from: 'hosted', action: 'end', by: 'parent', to: 'not-hosted' },
]

/** What comes of an action on a prefix's hosting. */
export function takeHostingStep(
  from: Hosting, action: HostingAction, parties: readonly Party[],
): Step<Hosting> {
  return choose(
    HOSTING_STEPS.filter((row) => row.from === from && row.action === action), parties)
}
