const SIZE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** A count with its thousands apart: 64,000. */
export function group(count: number): string {
  return count.toLocaleString('en-US')
}

/** A count with its word: 1 record, 2 records. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${group(count)} ${count === 1 ? one : many}`
}

/** Bytes for people: 12.3 MiB. */
export function formatBytes(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1024 && unit < SIZE_UNITS.length - 1) {
    size /= 1024
    unit++
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${SIZE_UNITS[unit] ?? ''}`
}

/** A time as ISO text to the second, or a dash for none. */
export function formatTime(timeMs: number | undefined): string {
  return timeMs === undefined ? '-' : new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z')
}
