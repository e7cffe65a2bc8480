import { createHash } from 'node:crypto'
import { z } from 'zod'
import { randomName } from '../../lib/random.ts'
import type { FileRow } from '../../store/desk/files.ts'
import { refuseField } from '../check.ts'
import { FILE_KINDS, findFileKind } from '../file-kind.ts'
import { rule } from '../fields.ts'
import {
  FILE_BYTES_MAX, FILES_BYTES_MAX, FILES_BYTES_OF_OPERATOR_MAX,
} from '../limits.ts'
import { formatTime, operation, time } from '../operation.ts'
import { DeskRefusal } from '../refusal.ts'
import { isOperator, loadOrganisation } from '../sight.ts'

/** A file in base64; four characters stand for three bytes. */
const content = () => z.string().min(1).max(Math.ceil(FILE_BYTES_MAX / 3) * 4)
  .refine(isBase64, { params: rule('base64') }).meta({ contentEncoding: 'base64' })

const view = z.object({
  /** What `imageReference` of a certificate names. */
  id: z.int(),
  path: z.string(),
  mediaType: z.enum(FILE_KINDS.map(({ mediaType }) => mediaType)),
  bytes: z.int(),
  /** SHA-256, hexadecimal. */
  digest: z.string(),
  createdAt: time(),
})

export const fileOperations = {
  'file.create': operation('organisation:write', {
    summary: 'Hands in a file, such as the photograph of a certificate: JPEG, PNG or PDF',
    body: z.strictObject({ content: content() }),
    output: view,
    run(context, { body }, actor) {
      const { store, nowMs } = context
      const bytes = Buffer.from(body.content, 'base64')
      const kind = findFileKind(bytes)
      if (kind === undefined) throw refuseField('/body/content', 'file-kind')
      if (bytes.length > kind.bytesMax) {
        throw refuseField('/body/content', `too_big:${kind.bytesMax}`)
      }
      const held = store.files.sumBytes(actor.organisation)
      const heldMax = isOperator(store, actor) ? FILES_BYTES_OF_OPERATOR_MAX : FILES_BYTES_MAX
      if (held + bytes.length > heldMax) throw new DeskRefusal('file-limit')
      const row = {
        organisation: actor.organisation, path: `${randomName()}.${kind.ending}`,
        mediaType: kind.mediaType, createdMs: nowMs, content: bytes,
      }
      const id = store.files.insert(row)
      context.note(`file_${id}`, 'create')
      return { value: show({ ...row, id }) }
    },
  }),

  'file.get': operation('organisation:read', {
    summary: 'Shows a file that was handed in',
    params: z.strictObject({ file: z.coerce.number().int().positive() }),
    output: view.extend({ content: content() }),
    run({ store }, { params }, actor) {
      const row = store.files.find(params.file)
      if (row === undefined) throw new DeskRefusal('not-found', { what: String(params.file) })
      loadOrganisation(store, row.organisation, actor)
      // What it shows can't be masked, as other personal data is for those who only read.
      if (actor.role === 'read-only') {
        throw new DeskRefusal('forbidden', { what: 'organisation:write' })
      }
      return { value: { ...show(row), content: row.content.toString('base64') } }
    },
  }),
}

function show({ id, path, mediaType, createdMs, content }: FileRow): z.output<typeof view> {
  return view.parse({
    id, path, mediaType, bytes: content.length,
    digest: createHash('sha256').update(content).digest('hex'),
    createdAt: formatTime(createdMs),
  })
}

/** A pattern would keep a step for each four characters, and there may be millions. */
function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text
}
