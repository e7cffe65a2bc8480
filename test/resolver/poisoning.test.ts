import t from 'tap'
import { ByteWriter } from '../../src/lib/bytes.ts'
import type { HostPort } from '../../src/lib/host-port.ts'
import { createValue } from '../../src/record/value.ts'
import { OFFSET } from '../../src/wire/layout.ts'
import { encodeValues } from '../../src/wire/values.ts'
import { messageOf, startUdpPeer, withInt32 } from '../client/peers.ts'
import { ask, createRecursive, rootAt, siteData, startHierarchy } from '../support/hierarchy.ts'

/** A prefix referral to a site, such as a node above gives. */
function referTo(request: Buffer, address: HostPort): Buffer {
  const sites = encodeValues([createValue(1, 'HS_SITE', siteData(address, ['udp']))])
  const body = Buffer.concat([new ByteWriter().text('').finish(), sites])
  const answer = messageOf(request.readUInt32BE(OFFSET.requestId), 303, body)
  return withInt32(answer, OFFSET.expiration, -1)
}

t.test('who answers for a name says nothing of its neighbours', async (t) => {
  const nodes = await startHierarchy()
  const node = createRecursive([rootAt(nodes.top.address)], { timeoutMs: 1500 })
  let knocked = 0
  const taker = await startUdpPeer(() => { knocked++ })
  const helper = await startUdpPeer((request, send) => { send(referTo(request, taker.address)) })
  const enterprise = await startUdpPeer((request, send) => {
    send(referTo(request, helper.address))
  })
  t.teardown(async () => {
    node.stop()
    await Promise.all([nodes, taker, helper, enterprise].map((one) => one.stop()))
  })
  const { store } = nodes.secondary
  store.put('0.NA/88.118.66', [createValue(1, 'HS_SITE', siteData(enterprise.address, ['udp']))])
  t.match(await node.resolve(ask('88.118.66/X')), { kind: 'failed' })
  t.equal(helper.received.length, 1, 'it is asked about the prefix that the name is below')
  t.ok(knocked > 0, 'and may send those who look for that to another')
  knocked = 0
  t.match(await node.resolve(ask('88.118.8/P1')), { kind: 'found' })
  t.match(await node.resolve(ask('0.NA/88.118.9')), { kind: 'absent' })
  t.equal(knocked, 0, 'but its neighbours are not looked for there')
})
