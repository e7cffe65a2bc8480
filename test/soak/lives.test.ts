import t from 'tap'
import { Lives } from './lives.ts'

t.test('one stale answer is found', async (t) => {
  const lives = new Lives(2)
  const reach = (version: number): void => {
    for (let at = lives.floorOf(1); at < version; at++) lives.acknowledge(1, lives.begin(1))
  }
  const wrong = (text: string, floor = lives.floorOf(1)) => lives.check(1, floor, text)
  t.equal(wrong('no such name'), undefined)
  reach(3)
  t.equal(lives.check(0, 0, 'no such name'), undefined)
  t.equal(wrong('version 3.'), undefined)
  t.match(wrong('version 2.'), /version 2 after 3 was acknowledged/)
  t.match(wrong('version 4.'), /version 4/, 'nobody wrote it')
  t.match(wrong('no such name'), /no record after 3/)
  lives.begin(1)
  t.equal(wrong('version 3.'), undefined, 'the next is on its way')
  t.equal(wrong('version 4.'), undefined)
  lives.acknowledge(1, 4)
  t.equal(wrong('version 3.', 3), undefined, 'it was asked for before')
  t.match(wrong('version 3.'), /version 3 after 4/)
  reach(8)
  t.ok(lives.isGone(8))
  t.equal(wrong('no such name'), undefined)
  t.match(wrong('version 7.'), /version 7 after 8/, 'it is gone')
  reach(9)
  t.match(wrong('no such name'), /no record after 9/, 'it is there again')
})
