import { z } from 'zod'
import type { Caller, Desk } from '../../desk/door.ts'
import { formatIndustry } from '../../desk/industry.ts'
import { formatDivisions } from '../../desk/division.ts'

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

/** The names of organisations by their ids; each is read once. */
export async function readNames(
  desk: Desk, ids: readonly string[], caller: Caller,
): Promise<ReadonlyMap<string, string>> {
  return new Map(await Promise.all([...new Set(ids)].map(async (id) =>
    [id, (await readOrganisation(desk, id, caller)).name] as const)))
}
