import t from 'tap'
import { AnswerBuffer } from '../../src/wire/response.ts'

/** Writes `size` bytes of one value. */
function write(out: AnswerBuffer, size: number, value: number): void {
  const at = out.reserve(size)
  out.bytes.fill(value, at, at + size)
}

t.test('what was cut off stays as it is while more is written', async (t) => {
  const out = new AnswerBuffer(64)
  const cuts: Buffer[] = []
  for (let value = 1; value <= 40; value++) {
    write(out, 10, value)
    write(out, value, value)
    t.equal(out.length, 10 + value)
    cuts.push(out.cut())
    t.equal(out.length, 0)
  }
  for (const [i, cut] of cuts.entries()) t.same(cut, Buffer.alloc(11 + i, i + 1))
})

t.test('memory that is too small grows, and what was written moves along', async (t) => {
  const out = new AnswerBuffer(8)
  for (let value = 1; value <= 20; value++) write(out, 7, value)
  t.same(out.written(), Buffer.concat(Array.from({ length: 20 }, (_, i) => Buffer.alloc(7, i + 1))))
  const before = out.written()
  out.giveUp()
  write(out, 140, 99)
  t.equal(before[0], 1)
  t.same(out.take(), Buffer.alloc(140, 99))
})

t.test('taking and cutting may alternate', async (t) => {
  const out = new AnswerBuffer(16)
  write(out, 5, 1)
  const first = out.cut()
  write(out, 5, 2)
  const second = out.take()
  write(out, 5, 3)
  out.length = 0
  write(out, 9, 4)
  t.same([first, second, out.cut()], [Buffer.alloc(5, 1), Buffer.alloc(5, 2), Buffer.alloc(9, 4)])
})
