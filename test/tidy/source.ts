import { globSync, readFileSync } from 'node:fs'

/** A file under check: its path from the project's root, and its text. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** What a rule found. */
export interface Finding {
  readonly path: string
  readonly line: number
  readonly message: string
}

export type Rule = (files: readonly Source[]) => Finding[]

/** All TypeScript of the project. */
export function loadSources(): Source[] {
  return globSync('{src,test,bench,seeds,deploy}/**/*.ts')
    .sort()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
}

export interface Import {
  readonly target: string
  readonly line: number
}

/** What a file imports, as written. */
export function importsOf(source: Source): Import[] {
  const pattern = /(?<!')(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g
  return [...source.text.matchAll(pattern)].map((match) => ({
    target: match[1] ?? '',
    line: lineAt(source.text, match.index),
  }))
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** The module of a file under src: `src/wire/admit.ts` is in `wire`. */
export function moduleOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

/** Where a relative import leads, from the project's root. */
export function resolveImport(from: string, target: string): string {
  return new URL(target, `file:///${from}`).pathname.slice(1)
}
