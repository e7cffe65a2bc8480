import { z } from 'zod'
import type { Caller, Desk } from '../../desk/door.ts'
import { formatIndustry } from '../../desk/industry.ts'
import { formatDivisions } from '../../desk/division.ts'
import type { Refusal } from '../../desk/refusal.ts'

const PAGE_SIZE_DEFAULT = 10
const PAGE_SIZE_MAX = 100
/** Rows that a numbered page can reach: cursors, as /v1 has them, know no such end. */
export const ROWS_REACHED_MAX = 5_000

const query = z.object({
  currentPage: z.coerce.number().int().min(1).max(ROWS_REACHED_MAX).catch(1),
  pageSize: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).catch(PAGE_SIZE_DEFAULT),
})

export function readPage(parameters: unknown): z.output<typeof query> {
  return query.parse(parameters ?? {})
}

/** All rows of a list, as far as ROWS_REACHED_MAX goes: numbered pages need to know how many. */
export async function pageOf<T extends z.ZodType>(
  desk: Desk, operation: 'prefix.list' | 'organisation.list', caller: Caller, schema: T,
): Promise<z.output<T>[] | Refusal> {
  const list = z.object({ items: z.array(schema), nextCursor: z.string().nullable() })
  const rows: z.output<T>[] = []
  let cursor: string | null = null
  do {
    const asked = { limit: '500', ...(cursor === null ? {} : { cursor }) }
    const result = await desk.call(operation, { query: asked }, caller)
    if (result.kind === 'refused') return result
    const page: z.output<typeof list> = list.parse(result.value)
    rows.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null && rows.length < ROWS_REACHED_MAX)
  return rows
}

const details = z.looseObject({
  name: z.string(),
  website: z.string().optional(),
  industry: z.string().optional(),
  description: z.string().optional(),
  address: z.object({
    province: z.string(), city: z.string(), district: z.string().optional(), detail: z.string(),
  }).optional(),
})
export const organisationView = z.object({
  id: z.string(), level: z.string(), createdAt: z.string(), updatedAt: z.string(), details,
})

/** What is shown of the holder of a prefix: nothing personal. */
export async function readOrganisation(desk: Desk, id: string, caller: Caller): Promise<{
  readonly name: string; readonly website: string; readonly industry: string
  readonly address: string; readonly description: string
}> {
  const result = await desk.call('organisation.get', { params: { organisation: id } }, caller)
  if (result.kind === 'refused') {
    return { name: '', website: '', industry: '', address: '', description: '' }
  }
  const { name, website, industry, address, description } =
    organisationView.parse(result.value).details
  return {
    name,
    website: website ?? '',
    industry: industry === undefined ? '' : formatIndustry(industry) ?? industry,
    address: address === undefined ? '' : `${formatDivisions(address)} ${address.detail}`,
    description: description ?? '',
  }
}
