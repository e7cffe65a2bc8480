/** Longest identifier, in bytes of UTF-8: what the peers' decoder accepts. */
export const IDENTIFIER_BYTES_MAX = 2048
