import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Desk } from '../../desk/door.ts'
import { refuse, refuseMissing, sendDone, sendRefusal, snmsCallerOf } from './envelope.ts'

const login = z.object({ username: z.string().max(64), password: z.string().max(512) })
const token = z.object({ token: z.string() })
const WRONG = '用户名/密码错误！'

/**
 * `/identity/token`: a user with its password, or an API key as application identity: its id is
 * the user name, the key the password. `/identity/token/v1` takes a digest instead of the
 * password; it is for API keys only, since of people's passwords nothing is kept to compare with.
 */
export function addIdentity(server: FastifyInstance, desk: Desk): void {
  for (const path of ['/identity/token', '/identity/token/v1']) {
    server.post(path, async (request, reply) => {
      const caller = { ...snmsCallerOf(request), secret: null }
      const given = login.safeParse(request.body)
      if (!given.success) return refuseMissing(reply, 'username, password')
      const { username, password } = given.data
      const byKey = username.startsWith('key_')
      if (!byKey && path.endsWith('/v1')) {
        return refuse(reply, '密文登录仅支持应用身份（API 密钥）；用户请使用 /identity/token')
      }
      const result = byKey
        ? await desk.call('session.exchange', { body: { key: username, proof: password } }, caller)
        : await desk.call('session.create', { body: { userName: username, password } }, caller)
      if (result.kind === 'done') return sendDone(reply, token.parse(result.value))
      return result.code === 'wrong-credentials'
        ? refuse(reply, WRONG)
        : sendRefusal(reply, result)
    })
  }
}
