import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { RSA_KEY_BITS } from './limits.ts'
import { writePrivateFile } from './private-file.ts'

/** The node's key can't be used; the message says what to do, in one line. */
export class NodeKeyError extends Error {
  override readonly name = 'NodeKeyError'
}

const generate = promisify(generateKeyPair)

/**
 * The key that the node signs its answers with; its public half stands in its HS_SITE. Made at
 * the first start, readable by its owner only.
 * @throws NodeKeyError
 */
export async function loadNodeKey(dataDir: string): Promise<KeyObject> {
  const path = join(dataDir, 'node-key.pem')
  if (!existsSync(path)) {
    const { privateKey } = await generate('rsa', { modulusLength: RSA_KEY_BITS })
    writePrivateFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    return privateKey
  }
  try {
    const key = createPrivateKey(readFileSync(path))
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // Whatever is wrong with it, it is no RSA key, which is said below.
  }
  throw new NodeKeyError(
    `${path} holds no RSA private key; restore it from a copy, or move it away to make a new one`)
}
