/** Prefixes that one name may hang below: the field uses three or four levels. */
export const PREFIX_DEPTH_MAX = 16
/** Nodes that may pass one question on: the peers' limit. */
export const RECURSION_COUNT_MAX = 10
/** Referrals that are followed for one name: twice the levels of the field's hierarchy. */
export const REFERRAL_COUNT_MAX = 8
/** Service handles and aliases that are followed one behind the other. */
export const INDIRECTION_COUNT_MAX = 5
/** Records that have to be known before one name can be asked for, one inside the other. */
export const WALK_DEPTH_MAX = 8
/** Questions that one walk may put to other nodes altogether: the peers' limit. */
export const WALK_QUESTION_COUNT_MAX = 40
/** Names of which one thread finds out about at the same time; beyond it the node is busy. */
export const FLIGHT_COUNT_MAX = 10_000
/** Clients of one thread that wait for such names. */
export const WAITING_COUNT_MAX = 50_000
/** How long a walk may take when nobody says how long. Clients of the field wait five seconds. */
export const RECURSION_TIMEOUT_MS_DEFAULT = 4_000
/**
 * What of that time is kept for the answer to leave in: a busy thread's timers are tens of
 * milliseconds late. Of a short time it is a share, so that most is still the walk's.
 */
export const ANSWER_RESERVE_MS = 100
export const ANSWER_RESERVE_SHARE = 0.05
/**
 * How long a door may give another node's answer again without looking it up: what it tells of
 * the time left is that much off, and its demand is counted that much later.
 */
export const KEPT_ANSWER_MS = 10_000
/** How long an answer in demand is given again without being looked up among all others. */
export const HOT_ANSWER_SECONDS = 2
/** Asked for more often than this within its life, an answer is in demand. */
export const HOT_ANSWER_DEMAND_COUNT = 1
