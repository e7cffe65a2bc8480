import fc from 'fast-check'
import t from 'tap'
import {
  type Action, ACTIONS, HOSTING_ACTIONS, isGiven, PARTIES, type Party, type State, STATE_CODES,
  STATES, takeHostingStep, takeStep, TRANSITIONS, type WorkflowCase,
} from '../../src/desk/workflow.ts'

const level = fc.constantFrom('secondary' as const, 'enterprise' as const)
const moves = fc.array(fc.record({
  action: fc.constantFrom(...ACTIONS),
  parties: fc.uniqueArray(fc.constantFrom(...PARTIES), { minLength: 1 }),
}), { maxLength: 40 })

interface Walk {
  readonly visited: State[]
  readonly decisions: { action: Action; by: Party; from: State; to: State }[]
}

/** Follows actions from a fresh application, as the desk does. */
function walk(
  at: WorkflowCase['level'], steps: readonly { action: Action; parties: readonly Party[] }[],
): Walk {
  let state: State = 'pending'
  let heldBy: Party | null = null
  const visited: State[] = [state]
  const decisions: Walk['decisions'] = []
  for (const { action, parties } of steps) {
    const step = takeStep({ state, level: at, heldBy }, action, parties)
    if (step.kind !== 'moved') continue
    decisions.push({ action, by: step.by, from: state, to: step.to })
    if (action === 'suspend') heldBy = step.by
    state = step.to
    visited.push(state)
  }
  return { visited, decisions }
}

t.test('the states have the numbers of the field', async (t) => {
  t.same(STATE_CODES, {
    suspended: 0, enabled: 1, deleting: 2, rejected: 3, pending: 4, reviewing: 5,
    withdrawn: null, deleted: null,
  })
})

t.test('nothing is enabled that was not approved by everyone who has to', async () => {
  fc.assert(fc.property(level, moves, (level, steps) => {
    const { decisions } = walk(level, steps)
    const first = decisions.findIndex(({ to }) => to === 'enabled')
    if (first < 0) return
    const approvals = decisions.slice(0, first + 1).filter(({ action }) => action === 'approve')
    const last = approvals.slice(level === 'enterprise' ? -2 : -1).map(({ by }) => by)
    const wanted = level === 'enterprise' ? ['parent', 'top'] : ['parent']
    if (JSON.stringify(last) !== JSON.stringify(wanted)) throw new Error(last.join())
  }))
})

t.test('what is withdrawn or deleted stays so', async () => {
  fc.assert(fc.property(level, moves, (level, steps) => {
    const { visited } = walk(level, steps)
    const end = visited.findIndex((state) => state === 'withdrawn' || state === 'deleted')
    if (end >= 0 && end !== visited.length - 1) throw new Error(visited.join())
  }))
})

t.test('what the top-level node has suspended only it resumes', async () => {
  fc.assert(fc.property(level, moves, (level, steps) => {
    const { decisions } = walk(level, steps)
    let heldBy: Party | null = null
    for (const { action, by } of decisions) {
      if (action === 'suspend') heldBy = by
      if (action === 'resume' && heldBy === 'top' && by !== 'top') throw new Error('resumed')
    }
  }))
})

t.test('every row of the table can be reached, and every state is known', async (t) => {
  const reached = new Set<State>(['pending'])
  for (let i = 0; i < STATES.length; i++) {
    for (const { from, to } of TRANSITIONS) if (reached.has(from)) reached.add(to)
  }
  t.same([...reached].sort(), [...STATES].sort())
})

t.test('a refusal says whether the state or the side is wrong', async (t) => {
  const pending = { state: 'pending', level: 'enterprise', heldBy: null } as const
  t.same(takeStep(pending, 'approve', ['applicant']), { kind: 'not-yours' })
  t.same(takeStep(pending, 'resume', ['top']), { kind: 'wrong-state' })
  t.same(takeStep(pending, 'approve', ['top']), { kind: 'not-yours' }, 'the secondary comes first')
  t.same(takeStep(pending, 'approve', ['parent']), { kind: 'moved', to: 'reviewing', by: 'parent' })
})

t.test('a prefix that was given has a record until it is deleted', async (t) => {
  t.same(STATES.filter(isGiven), ['suspended', 'enabled', 'deleting'])
})

t.test('nothing is hosted that was not asked for and granted', async () => {
  const steps = fc.array(fc.record({
    action: fc.constantFrom(...HOSTING_ACTIONS),
    parties: fc.uniqueArray(fc.constantFrom(...PARTIES), { minLength: 1 }),
  }))
  fc.assert(fc.property(steps, (steps) => {
    let at: Parameters<typeof takeHostingStep>[0] = 'not-hosted'
    let asked = false
    for (const { action, parties } of steps) {
      const step = takeHostingStep(at, action, parties)
      if (step.kind !== 'moved') continue
      if (step.to === 'hosted' && (!asked || step.by !== 'parent')) throw new Error('hosted')
      asked = step.to === 'requested'
      at = step.to
    }
  }))
})
