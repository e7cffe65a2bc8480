import { BULK_BATCH_ROWS } from '../src/desk/limits.ts'
import { RegistrationReader } from '../src/desk/registration.ts'
import { openBareStore } from './bare-store.ts'

/** The text of one registration; names are in sorted order. */
export function lineAt(i: number): string {
  const serial = String(i).padStart(9, '0')
  return JSON.stringify({ handle: `88.118.8/P${serial}`, values: [
    { index: 2000, type: 'NAME', data: `电机 ${serial}` },
    { index: 2001, type: 'URL', data: `https://example.cn/p/${serial}` },
    { index: 2002, type: 'MADE', data: '2026-03-01' },
  ] })
}

/**
 * Registrations a second that SQLite itself takes, with the store's page size, cache and merges:
 * their records, or also their entries in the change log with a hash that is not computed. Each
 * transaction is as large as a stream's, and synced.
 */
export function insertRegistrations(
  path: string, count: number, what: 'records' | 'records and log',
): number {
  const database = openBareStore(path)
  const insert = database.prepare('INSERT INTO records VALUES (?, NULL, ?)')
  const log = database.prepare("INSERT INTO changes VALUES (?, 0, 'enterprise', 'put', ?, ?, ?)")
  const hash = Buffer.alloc(32, 7)
  const reader = new RegistrationReader(() => undefined)
  const rows = Array.from({ length: count }, (_unused, i) => {
    const { name, block } = reader.read(JSON.parse(lineAt(i)), 1)
    return { name, block }
  })
  const started = performance.now()
  for (let at = 0; at < count; at += BULK_BATCH_ROWS) {
    database.transaction(() => {
      for (const [i, { name, block }] of rows.slice(at, at + BULK_BATCH_ROWS).entries()) {
        insert.run(name, block)
        if (what === 'records and log') log.run(at + i + 1, name, block, hash)
      }
    }).immediate()
  }
  const seconds = (performance.now() - started) / 1000
  database.close()
  return count / seconds
}
