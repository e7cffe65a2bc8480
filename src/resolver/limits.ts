/** Prefixes that one name may hang below: the field uses three or four levels. */
export const PREFIX_DEPTH_MAX = 16
