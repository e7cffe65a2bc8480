import { join } from 'node:path'
import { loadAdminFile } from '../../src/cli/admin/admin-file.ts'
import { AdminClient } from '../../src/client/admin/admin-client.ts'
import { createSecretProver } from '../../src/client/admin/prover.ts'
import type { Command } from '../../src/record/command.ts'
import { CODE } from '../../src/wire/layout.ts'
import type { DemoNode } from './node-process.ts'

const TIMEOUT_MS = 10_000
/** So many share a commit; fewer than a connection may have open. */
const COMMANDS_AT_A_TIME = 100

/** Has commands done, as the first administrator of a node. @throws when one is refused */
export async function administer(
  node: DemoNode, commands: readonly Command[],
): Promise<void> {
  const { handle, secretKeyIndex, secret } = loadAdminFile(join(node.dataDir, 'admin.json'))
  const identity = { handle, index: secretKeyIndex }
  const client = new AdminClient({
    server: node.native, prover: createSecretProver(identity, Buffer.from(secret)),
    session: true, serverKey: null, timeoutMs: TIMEOUT_MS, reuseConnection: true,
  })
  try {
    for (let at = 0; at < commands.length; at += COMMANDS_AT_A_TIME) {
      const some = commands.slice(at, at + COMMANDS_AT_A_TIME)
      const answers = await Promise.all(some.map((command) => client.execute(command)))
      const refused = answers.find(({ code }) => code !== CODE.success)
      if (refused === undefined) continue
      throw new Error(`${node.plan.prefix}: refused, ${refused.code} ${refused.message}`)
    }
  } finally {
    await client.close()
  }
}
