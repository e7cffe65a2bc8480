import { z } from 'zod'
import type { Caller, Desk } from '../../desk/door.ts'
import type { Refusal } from '../../desk/refusal.ts'

const PAGE_SIZE_DEFAULT = 10
const PAGE_SIZE_MAX = 100
/** Rows that a numbered page can reach: cursors, as /v1 has them, know no such end. */
const ROWS_REACHED_MAX = 5_000

const query = z.object({
  currentPage: z.coerce.number().int().min(1).max(ROWS_REACHED_MAX).catch(1),
  pageSize: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).catch(PAGE_SIZE_DEFAULT),
})
type Page = z.output<typeof query>

/** Which page a request asks for; the first, where it says nothing usable. */
export function readPage(parameters: unknown): Page {
  return query.parse(parameters ?? {})
}

/** The rows of one page. */
export function rowsOf<T>(rows: readonly T[], { currentPage, pageSize }: Page): T[] {
  return rows.slice((currentPage - 1) * pageSize, currentPage * pageSize)
}

/** A page as connectors read it. @param total rows on all pages */
export function pageBody(
  content: readonly object[], total: number, { currentPage, pageSize }: Page,
): object {
  const totalPages = Math.ceil(total / pageSize)
  return {
    content, number: currentPage - 1, size: pageSize, totalElements: total, totalPages,
    numberOfElements: content.length, first: currentPage === 1, last: currentPage >= totalPages,
    sort: null,
  }
}

/** What the desk answers a list with, for `listRows`. */
export function listOf<T extends z.ZodType>(row: T): z.ZodType<List<z.output<T>>> {
  return z.object({ items: z.array(row), nextCursor: z.string().nullable() })
}
interface List<Row> {
  readonly items: readonly Row[]
  readonly nextCursor: string | null
}

/** All rows of a list, as far as ROWS_REACHED_MAX goes: numbered pages need to know how many. */
export async function listRows<Row>(
  desk: Desk, operation: 'prefix.list' | 'organisation.list', caller: Caller,
  schema: z.ZodType<List<Row>>,
): Promise<Row[] | Refusal> {
  const rows: Row[] = []
  let cursor: string | null = null
  do {
    const asked = { limit: '500', ...(cursor === null ? {} : { cursor }) }
    const result = await desk.call(operation, { query: asked }, caller)
    if (result.kind === 'refused') return result
    const page: List<Row> = schema.parse(result.value)
    rows.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null && rows.length < ROWS_REACHED_MAX)
  return rows
}
