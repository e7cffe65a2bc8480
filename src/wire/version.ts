import { VERSION } from './layout.ts'

/** Versions as one number, so that two of them compare: 2.11 is 0x020b. */
export type WireVersion = number

/** @param minor at most 255 */
export function versionOf(major: number, minor: number): WireVersion {
  return (major << 8) | minor
}

const OWN_VERSION = versionOf(VERSION.major, VERSION.minor)

/**
 * The version that an answer is written in (§2.1 Envelope): what the asker suggested, or spoke when
 * it suggested nothing, never above our own.
 */
export function chooseVersion(
  major: number,
  minor: number,
  suggestedMajor: number,
  suggestedMinor: number,
): WireVersion {
  const suggested =
    suggestedMajor === 0 ? versionOf(major, minor) : versionOf(suggestedMajor, suggestedMinor)
  return suggested > OWN_VERSION ? OWN_VERSION : suggested
}
