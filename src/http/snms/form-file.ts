import { Busboy } from '@fastify/busboy'
import { FORM_PART_COUNT_MAX, UPLOAD_BODY_BYTES_MAX } from '../limits.ts'

/**
 * Reads the file of a field out of a form of several parts (RFC 7578).
 * @param type the Content-Type, which says where parts end
 * @returns undefined when the form has no such file @throws when it is no form, or a broken one
 */
export function readFormFile(
  body: Buffer, type: string, name: string,
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const form = new Busboy({
      headers: { 'content-type': type },
      limits: {
        files: FORM_PART_COUNT_MAX, parts: FORM_PART_COUNT_MAX, fileSize: UPLOAD_BODY_BYTES_MAX,
      },
    })
    const chunks: Buffer[] = []
    let found = false
    form.on('file', (field, stream) => {
      const wanted = field === name
      found ||= wanted
      stream.on('data', (chunk: Buffer) => {
        if (wanted) chunks.push(chunk)
      })
      stream.on('error', reject)
    })
    form.on('error', reject)
    form.on('finish', () => {
      resolve(found ? Buffer.concat(chunks) : undefined)
    })
    form.end(body)
  })
}
