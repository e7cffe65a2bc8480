import { generateKeyPairSync, sign } from 'node:crypto'
import type { Test } from 'tap'
import { DeskProblem } from '../../../src/client/desk-api-connection.ts'
import type { ReportAnswer } from '../../../src/desk/feed/report.ts'
import { Reporter } from '../../../src/desk/feed/reporter.ts'
import { sealReport } from '../../../src/desk/feed/sealed.ts'
import { DESK_STATUS } from '../../../src/http/desk/statuses.ts'
import { createDeskSetting, organisation } from '../setting.ts'

export const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = keys.publicKey.export({ type: 'spki', format: 'pem' })
export const signWith = (key = keys.privateKey) => (bytes: Buffer) =>
  Promise.resolve(sign('sha256', bytes, key))

export const ROUTE = { endpoints: [{ ip: '192.0.2.7', tcpPort: 2641 }] }

/** A top-level and a secondary node's desk, and what reports from the one to the other. */
export async function createFeedSetting(t: Test) {
  const folder = t.testdir({ top: {}, below: {} })
  const top = await createDeskSetting(t, '88', `${folder}/top`)
  const below = await createDeskSetting(t, '88.118', `${folder}/below`)
  const { id: holder } = await top.must('organisation.create', { body: organisation(9_000) })
  const { id } = await top.must('application.create', {
    body: { prefix: '88.118', organisation: holder, publicKey: pem },
  })
  await top.act(id, 'approve')
  /** What became of each report: its number, or why it was refused. */
  const answers: (number | DeskProblem)[] = []
  const send = async (report: string): Promise<number | DeskProblem> => {
    const result = await top.desk.call('feed.report', { body: { report } }, top.caller(null))
    const answer = result.kind === 'done'
      ? (result.value as { sequence: number }).sequence
      : new DeskProblem(DESK_STATUS[result.code], result.code, result.message, result.issues,
        result.retryAfterSeconds)
    answers.push(answer)
    return answer
  }
  /** What is between the two nodes; a test may break it. */
  const line = {
    async post(report: string): Promise<ReportAnswer> {
      const answer = await send(report)
      if (answer instanceof DeskProblem) throw answer
      return { sequence: answer, operator: '测试运营单位' }
    },
  }
  const outcomes: string[] = []
  const createReporter = () => new Reporter({
    registry: below.registry, prefix: '88.118', upstream: 'https://top.example', publicKey: pem,
    sign: signWith(), post: (report) => line.post(report), random: () => 0.5,
    onReported: (outcome) => { outcomes.push(outcome) },
  })
  let reporter = createReporter()
  /** Steps until nothing is left to do now. @returns what the last step said */
  const drain = async (): Promise<number> => {
    for (let i = 0; i < 100; i++) {
      const delayMs = await reporter.step()
      if (delayMs > 0) return delayMs
    }
    throw new Error('it never comes to an end')
  }
  const feed = () => top.must('feed.get', { params: { prefix: '88.118' } })
  const items = async (kind?: string): Promise<any[]> => (await top.must('feed.items', {
    params: { prefix: '88.118' }, query: { limit: '500', ...(kind === undefined ? {} : { kind }) },
  })).items
  /** Takes an enterprise on below the secondary node, and gives it a prefix. */
  const enterprise = async (number: number) => {
    const { id } = await below.must('organisation.create', { body: organisation(number) })
    const application = await below.must('application.create', {
      body: { prefix: `88.118.${number}`, organisation: id, route: ROUTE } })
    for (let i = 0; i < 2; i++) await below.act(application.id, 'approve')
    return { organisation: id as string, application: application.id as string }
  }
  /** A report as the secondary node would send it, with whatever differs. */
  const seal = (rest: object = {}, key = keys.privateKey): Promise<string> => sealReport({
    version: 1, from: '88.118', sequence: 1, sentAt: new Date(top.clock.ms).toISOString(),
    part: { kind: 'changes', gone: [] }, items: [], ...rest,
  }, signWith(key))
  /** Lets time pass on both nodes. */
  const pass = (ms: number): void => {
    top.clock.ms += ms
    below.clock.ms += ms
  }
  return {
    top, below, line, answers, outcomes, drain, feed, items, enterprise, seal, pass,
    get reporter() { return reporter },
    /** As when the secondary node starts again: what it had in memory is gone. */
    restart: () => { reporter = createReporter() },
    send,
  }
}
