import Database from 'better-sqlite3'
import t from 'tap'
import { migrate, SCHEMA_VERSION, schemaVersion } from '../../src/store/migrations.ts'

t.test('a new database gets every step, and a second run changes nothing', async (t) => {
  const database = new Database(':memory:')
  t.equal(schemaVersion(database), 0)
  migrate(database)
  t.equal(schemaVersion(database), SCHEMA_VERSION)
  const schema = (): unknown => database.prepare('SELECT sql FROM sqlite_schema').pluck().all()
  const before = schema()
  migrate(database)
  t.same(schema(), before)
  database.close()
})

t.test('a step that fails leaves the version and the tables as they were', async (t) => {
  const database = new Database(':memory:')
  // Something stands where a step puts a table.
  database.exec('CREATE TABLE changes (x)')
  t.throws(() => { migrate(database) }, /changes already exists/)
  t.equal(schemaVersion(database), 0)
  t.same(database.prepare('SELECT name FROM sqlite_schema').pluck().all(), ['changes'])
  database.close()
})

t.test('the change log takes no edits, whoever tries', async (t) => {
  const database = new Database(':memory:')
  migrate(database)
  database.exec("INSERT INTO changes VALUES (1, 0, 'a', 'put', 'n', NULL, x'00')")
  t.throws(() => { database.exec("UPDATE changes SET actor = 'b'") }, /append-only/)
  t.throws(() => { database.exec('DELETE FROM changes') }, /append-only/)
  database.close()
})
