import { Validator } from '@seriousme/openapi-schema-validator'

/** What is wrong with an OpenAPI document; nothing when it is one. */
export async function validate(specification: Record<string, unknown>): Promise<unknown[]> {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(structuredClone(specification))
  if (valid) return []
  return Array.isArray(errors) ? errors : [errors]
}
