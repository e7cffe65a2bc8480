import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Body } from '../../src/wire/body.ts'
import type { Packet } from '../../src/wire/message.ts'
import { byPrivateKey, bySecret, type ClientSession, type Prover } from './native-client.ts'
import { connectNative } from './tcp-client.ts'

/** The first administrator of a data folder, by key and by secret. */
export function administratorOf(dataDir: string): { byKey: Prover; bySecret: Prover } {
  const admin = JSON.parse(readFileSync(join(dataDir, 'admin.json'), 'utf8'))
  const key = createPrivateKey(readFileSync(join(dataDir, admin.privateKeyFile)))
  const { handle, publicKeyIndex, secretKeyIndex, secret } = admin
  return {
    byKey: byPrivateKey({ handle, index: publicKeyIndex }, key),
    bySecret: bySecret({ handle, index: secretKeyIndex }, Buffer.from(secret)),
  }
}

/** A connection with a session in which the administrator has proven itself. */
export async function connectAsAdministrator(port: number, dataDir: string): Promise<{
  session: ClientSession
  ask(opcode: number, body: Body): Promise<Packet[]>
  close(): void
}> {
  const { client, close } = await connectNative(port)
  const prover = administratorOf(dataDir).byKey
  const { identity } = prover(Buffer.alloc(0))
  const { session } = await client.openSession(identity)
  const ask = (opcode: number, body: Body) => client.ask(opcode, body, { session })
  // Something that takes a right, so that the session is challenged once.
  const proven = await client.askAs(prover, 302, { kind: 'name', handle: '/' }, { session })
  const code = proven[0]?.message.responseCode
  if (code !== 1) throw new Error(`the administrator was not let in: ${code}`)
  return { session, ask, close }
}
