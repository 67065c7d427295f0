import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A fault that somebody might make, as a change of text, and the test files that must notice it. */
export interface Mutant {
  readonly name: string
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly put: string
  readonly tests: readonly string[]
  /** Part of the titles of the tests that are to notice it, where others of the file depend on how busy the machine is. */
  readonly titled?: string
  /** A second line of defence that is taken away with it, so that the first is seen to be tested. */
  readonly without?: { readonly file: string; readonly find: string; readonly put: string }
}

/** Plants the fault in a tree. Refuses when the text is not there exactly once: then the list is out of date and proves nothing. */
export function plant(tree: string, mutant: Mutant): void {
  for (const { file, find, put } of [mutant, ...(mutant.without === undefined ? [] : [mutant.without])]) {
    const path = join(tree, file)
    const text = readFileSync(path, 'utf8')
    const places = text.split(find).length - 1
    if (places !== 1) throw new Error(`"${mutant.name}": the text to change stands ${places} times in ${file}`)
    writeFileSync(path, text.replace(find, () => put))
  }
}
