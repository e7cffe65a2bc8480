import { z } from 'zod'
import type { Caller, Desk } from '../../desk/door.ts'
import { formatIndustry } from '../../desk/industry.ts'
import { formatDivisions } from '../../desk/division.ts'
import { shownDetails } from './ent-detail.ts'

export const organisationView = z.object({
  id: z.string(), level: z.string(), createdAt: z.string(), updatedAt: z.string(),
  details: shownDetails,
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
    address: formatAddress(address),
    description: description ?? '',
  }
}

function formatAddress({ province, city, district, detail = '' }: Address): string {
  if (province === undefined || city === undefined) return detail
  return `${formatDivisions({ province, city, district })} ${detail}`
}
type Address = z.output<typeof shownDetails>['address']

/** The names of organisations by their ids; each is read once. */
export async function readNames(
  desk: Desk, ids: readonly string[], caller: Caller,
): Promise<ReadonlyMap<string, string>> {
  return new Map(await Promise.all([...new Set(ids)].map(async (id) =>
    [id, (await readOrganisation(desk, id, caller)).name] as const)))
}
