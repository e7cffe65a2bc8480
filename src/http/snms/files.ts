import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Desk } from '../../desk/door.ts'
import { UPLOAD_BODY_BYTES_MAX } from '../limits.ts'
import { refuse, refuseMissing, sendDone, sendRefusal, snmsCallerOf } from './envelope.ts'
import { readFormFile } from './form-file.ts'

const FORM_TYPE = 'multipart/form-data'
const made = z.object({ id: z.number(), path: z.string() })

/** Files that go with an application; their ids stand in its `…Rid` members. */
export function addFiles(server: FastifyInstance, desk: Desk): void {
  server.register((scope, _options, done) => {
    scope.addContentTypeParser(
      FORM_TYPE, { parseAs: 'buffer', bodyLimit: UPLOAD_BODY_BYTES_MAX },
      (_request, body, taken) => {
        taken(null, body)
      })
    const options = { bodyLimit: UPLOAD_BODY_BYTES_MAX }
    scope.post('/snms/api/file/upload', options, async (request, reply) => {
      if (!Buffer.isBuffer(request.body)) return refuse(reply, `请使用 ${FORM_TYPE} 上传`)
      const type = request.headers['content-type'] ?? ''
      const file = await readFormFile(request.body, type, 'file').catch(() => null)
      if (file === null) return refuse(reply, '请求有误: multipart 格式错误')
      if (file === undefined) return refuseMissing(reply, 'file')
      const body = { content: file.toString('base64') }
      const result = await desk.call('file.create', { body }, snmsCallerOf(request))
      return result.kind === 'refused'
        ? sendRefusal(reply, result)
        : sendDone(reply, made.parse(result.value))
    })
    done()
  })
}
