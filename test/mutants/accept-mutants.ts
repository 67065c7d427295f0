import type { Mutant } from './mutant.ts'

const ACCEPT = 'src/domains/generations/sql-accept.ts'
const SUBMIT = 'src/domains/generations/submit.ts'
const tests = ['src/domains/generations/submit.test.ts']

/** Faults of the way from a request to an accepted generation. */
export const acceptMutants: readonly Mutant[] = [
  {
    name: 'a taken key does not keep the hold from being made', file: ACCEPT, tests,
    find: 'accepted as (select * from covered where key is null or id in (select generation_id from taken))', put: 'accepted as (select * from covered)',
  },
  {
    name: 'some generations have no message', file: ACCEPT, tests,
    find: "jsonb_build_object('generationId', id), priority from accepted order by position)", put: "jsonb_build_object('generationId', id), priority from accepted where position = 0)",
  },
  {
    name: 'another request under the same key gets the first one\'s answer', file: SUBMIT, tests,
    find: 'first === undefined || first.requestHash !== key.requestHash', put: 'first === undefined',
  },
  {
    name: 'a key is remembered without its address', file: 'src/domains/generations/request-hash.ts', tests,
    find: 'return fingerprint(address, body)', put: "return fingerprint(address.slice(0, 0), body)",
  },
  {
    name: 'a quote does not bind', file: SUBMIT, tests, titled: 'at a quoted price',
    find: 'return await quotes.priceOf(input.quoteId, input.accountId, input.order)',
    put: 'await quotes.priceOf(input.quoteId, input.accountId, input.order)\n    return unitPrice(prices, input.order)',
  },
  {
    name: 'a quote for one input serves another', file: 'src/domains/catalog/quotes.ts', tests, titled: 'at a quoted price',
    find: 'quote.model !== order.model.id || quote.inputHash !== hashInput(order)', put: 'quote.model !== order.model.id',
  },
  {
    name: 'nobody tells that a request with the key is being decided', file: ACCEPT, tests,
    titled: 'still being decided',
    find: "case when key is null then true else ${tryKey('account_id', 'key')} end", put: 'true',
  },
  {
    name: 'a bad request fails its neighbours', file: 'src/lib/coalescer.ts', tests,
    find: 'if (batch.length === 1 || this.#options.leavesDoubt(error))', put: 'if (batch.length > 0)',
  },
  {
    name: 'every wanted output is paid for, made or not', file: 'src/domains/generations/end-generation.ts', tests: ['test/e2e/generate.test.ts'],
    find: 'captured: BigInt(units) * chargedPrice(session)', put: 'captured: BigInt(session.outputsWanted) * chargedPrice(session)',
  },
]
