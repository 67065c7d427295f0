import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChargeClass, chargeClasses, chargeClassOf, chargePolicies, type ChargePolicy } from './charge-policy.ts'
import { failurePolicies } from './retry-policy.ts'

const began = new Date()
type Facts = Parameters<typeof chargeClassOf>[0]
type Case = [ChargeClass, Facts, Parameters<typeof chargeClassOf>[1]]
const codesOf = (name: ChargeClass) => (chargePolicies[name] as ChargePolicy).codes ?? []

test('every way a provider can fail has one class, in which nothing is charged', () => {
  for (const { code } of Object.values(failurePolicies)) {
    const classes = chargeClasses.filter((name) => codesOf(name).includes(code))
    assert.equal(classes.length, 1, code)
    assert.equal(chargePolicies[classes[0]!].charged, 'nothing', code)
  }
})

test('a refused prompt and a refused result are told apart', () => {
  assert.notEqual(failurePolicies.content_input.code, failurePolicies.content_output.code)
})

test('each class is said of the generations that are in it', () => {
  const session: Facts = { status: 'succeeded', waived: false, startedAt: began, outputsWanted: 2, errorCode: null }
  const [stored, failed] = [{ state: 'stored' }, { state: 'failed' }] as const
  const cases: readonly Case[] = [
    ['open', { ...session, status: 'running' }, [stored]],
    ['delivered', session, [stored, stored]],
    ['partial', session, [stored, failed]],
    ['partial', session, [stored]],
    ['waived', { ...session, waived: true }, [stored, stored]],
    ['cancelled_before_start', { ...session, status: 'cancelled', startedAt: null }, []],
    ['cancelled_after_start', { ...session, status: 'cancelled' }, [stored]],
    ['failed', { ...session, status: 'failed', errorCode: 'something.new' }, []],
    ...chargeClasses.flatMap((name) => codesOf(name).map((errorCode): Case => [name, { ...session, status: 'failed', errorCode }, [failed]])),
  ]
  for (const [name, facts, outputs] of cases) assert.equal(chargeClassOf(facts, outputs), name)
  assert.deepEqual(new Set(cases.map(([name]) => name)), new Set(chargeClasses))
})
