import { OP_FLAG } from './layout.ts'

export type OpFlag = keyof typeof OP_FLAG

const names = Object.keys(OP_FLAG) as OpFlag[]

/** The bits of some flags, as the header carries them (§2.3 Op flags). */
export function opFlags(...flags: readonly OpFlag[]): number {
  return flags.reduce((bits, flag) => bits | OP_FLAG[flag], 0) >>> 0
}

/** Whether a header's flags contain one (§2.3 Op flags). */
export function hasOpFlag(bits: number, flag: OpFlag): boolean {
  return (bits & OP_FLAG[flag]) !== 0
}

/** The names of the flags that are set, highest bit first; bits without a name are left out. */
export function namesOfOpFlags(bits: number): OpFlag[] {
  return names.filter((name) => hasOpFlag(bits, name))
}
