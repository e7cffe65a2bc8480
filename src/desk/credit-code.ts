// The characters of GB 32100-2015: no I, O, S, V and Z.
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]

/**
 * A unified social credit code (GB 32100-2015) with both of its check characters: an enterprise
 * (91), its district, and an organisation code (GB 11714) that starts with four zeros.
 * @param districtCode six digits
 * @param number 0 to 9999
 */
export function formatCreditCode(districtCode: string, number: number): string {
  const organisation = `0000${String(number).padStart(4, '0')}`
  const body = `91${districtCode}${organisation}${organisationCheck(organisation)}`
  return body + creditCheck(body)
}

/** Whether a code has the right form and the right check character. */
export function isCreditCode(code: string): boolean {
  return /^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code) && creditCheck(code.slice(0, 17)) === code[17]
}

function creditCheck(body: string): string {
  let sum = 0
  let weight = 1
  for (const character of body) {
    sum += alphabet.indexOf(character) * weight
    weight = weight * 3 % 31
  }
  return alphabet.charAt((31 - sum % 31) % 31)
}

function organisationCheck(digits: string): string {
  const sum = organisationWeights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0)
  const check = (11 - sum % 11) % 11
  return check === 10 ? 'X' : String(check)
}
