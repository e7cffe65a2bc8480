import t from 'tap'
import { ownMemory, withRoom } from '../../src/lib/room.ts'

t.test('bytes stay where they are as long as there is room', async (t) => {
  const bytes = ownMemory(8)
  t.equal(withRoom(bytes, 3, 5), bytes)
  t.equal(bytes.buffer.byteLength, 8, 'in memory of their own')
})

t.test('bytes move with all that was written, to twice the room or what is needed', async (t) => {
  const bytes = ownMemory(4)
  bytes.write('abcd', 'latin1')
  const larger = withRoom(bytes, 2, 3)
  t.equal(larger.length, 8)
  t.equal(larger.toString('latin1', 0, 4), 'abcd', 'also behind what is used')
  t.equal(withRoom(bytes, 4, 100).length, 104)
})
