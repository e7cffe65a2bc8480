import { FILE_BYTES_MAX, IMAGE_BYTES_MAX } from './limits.ts'

/** A kind of file that is taken: known by how it begins, whatever its name says. */
export interface FileKind {
  readonly mediaType: 'image/jpeg' | 'image/png' | 'application/pdf'
  readonly ending: 'jpg' | 'png' | 'pdf'
  readonly begins: Buffer
  readonly bytesMax: number
}

export const FILE_KINDS: readonly FileKind[] = [
  {
    mediaType: 'image/jpeg', ending: 'jpg', bytesMax: IMAGE_BYTES_MAX,
    begins: Buffer.from('ffd8ff', 'hex'),
  },
  {
    mediaType: 'image/png', ending: 'png', bytesMax: IMAGE_BYTES_MAX,
    begins: Buffer.from('89504e470d0a1a0a', 'hex'),
  },
  {
    mediaType: 'application/pdf', ending: 'pdf', bytesMax: FILE_BYTES_MAX,
    begins: Buffer.from('%PDF-'),
  },
]

/** The kind that a file's first bytes say; undefined for any other. */
export function findFileKind(content: Buffer): FileKind | undefined {
  return FILE_KINDS.find(({ begins }) => content.subarray(0, begins.length).equals(begins))
}
