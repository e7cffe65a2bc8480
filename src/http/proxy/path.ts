const PREFIX_FORMS = [
  /^https?:\/\/(?:hdl\.handle\.net|(?:dx\.)?doi\.org)\//i,
  /^info:(?:hdl|doi)\//i,
  /^(?:hdl|doi):/i,
]
const URN_FORM = /^urn:(?:hdl|doi|eidr):/i

/**
 * The identifier in what a person put behind the slash: without the forms that people write
 * before it (`hdl:`, `doi:`, `info:hdl/`, `urn:hdl:`, a resolver's address), trimmed (§11).
 */
export function parseProxyName(text: string): string {
  const trimmed = text.trim()
  if (URN_FORM.test(trimmed)) return trimmed.replace(URN_FORM, '').replace(':', '/')
  for (const form of PREFIX_FORMS) {
    if (form.test(trimmed)) return trimmed.replace(form, '')
  }
  return trimmed
}

/**
 * The path that leads to an identifier: percent-encoded, its slashes kept but for those at its
 * beginning. Two slashes there would name another host, and a browser would go to it.
 */
export function formatProxyPath(name: string): string {
  const encoded = encodeURIComponent(name)
  const [leading = ''] = /^(?:%2F)*/.exec(encoded) ?? []
  return `/${leading}${encoded.slice(leading.length).replaceAll('%2F', '/')}`
}
