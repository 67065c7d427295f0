/**
 * One thing the tests need from outside: where it is, and how to put it away again; or the plain
 * reason why it cannot be had. A new one is a function that returns this, listed in `scripts/test.ts`.
 */
export type Service =
  | { readonly name: string; readonly value: string; readonly note: string; readonly close: () => Promise<void> }
  | { readonly name: string; readonly missing: string }
