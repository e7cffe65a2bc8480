/** Languages that errors are told in. */
export type Language = 'en' | 'zh'

const RANGE = /^([a-z]{1,8}|\*)(?:-[a-z0-9-]+)?(?:;q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i

/** The language that an Accept-Language header likes best (RFC 9110 §12.5.4); else English. */
export function chooseLanguage(header: string | undefined): Language {
  let best: Language = 'en'
  let bestQuality = 0
  for (const part of (header ?? '').split(',', 16)) {
    const [, tag = '', quality = '1'] = RANGE.exec(part.trim().replaceAll(' ', '')) ?? []
    const language = tag.toLowerCase()
    const weight = Number(quality)
    if ((language === 'zh' || language === 'en') && weight > bestQuality) {
      best = language
      bestQuality = weight
    }
  }
  return best
}
