/**
 * The work against a model of it: random runs of requests, workers, zombies, sweeps and operators, some of them at once, on a real database.
 *
 * SIM_RUNS sets how many runs, SIM_SEED plays the runs of a seed again. A case that failed is printed in its shortest form; kept in
 * dispatch/regressions.json it is played first ever after.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { postgresUrl } from '#test/database'
import { assertBooks } from '#test/ledger'
import { arbitrarySteps } from './dispatch/arbitrary-steps.ts'
import { play, type Run, type Step, StepCommand } from './dispatch/commands.ts'
import { type Office, openOffice } from './dispatch/office.ts'
import { World } from './dispatch/world.ts'

const RUNS = Number(process.env['SIM_RUNS'] ?? 16)
const SEED = Number(process.env['SIM_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
const STEPS_MAX = 120
/** Runs side by side, each on a database of its own, because sweeps are for everybody's work. */
const LANES = 2
/** Runs on one database: the laws are proven over all of its rows after each. */
const RUNS_PER_DATABASE = 25

const regressions = JSON.parse(readFileSync(new URL('./dispatch/regressions.json', import.meta.url), 'utf8')) as { why: string; steps: Step[] }[]
// At once and not with the result: a run that is killed should say it too.
console.log(`The simulation of the work plays ${RUNS} runs from SIM_SEED=${SEED}.`)

test(`the work and its model on ${postgresUrl === null ? 'the embedded database' : 'Postgres'}`, async (t) => {
  for (const { why, steps } of regressions) {
    await t.test(`once failed: ${why}`, async () => {
      // What failed in a race may pass once by luck.
      const office = await openOffice()
      try {
        for (let round = 0; round < 5; round += 1) await playOne(office, steps.map((step) => new StepCommand(step)), [])
      } finally {
        await office.close()
      }
    })
  }

  await t.test(`no work is lost, done twice or paid twice, whoever dies, comes back or presses at once (seed ${SEED})`, async (t) => {
    const lanes = Array.from({ length: LANES }, (_, lane) => runLane(SEED + lane, Math.ceil(RUNS / LANES)))
    const steps = (await Promise.all(lanes)).reduce((sum, taken) => sum + taken, 0)
    t.diagnostic(`seed ${SEED}: ${RUNS} runs, ${steps} steps`)
    assert(steps > 0, 'something was done')
  })
})

async function runLane(seed: number, runs: number): Promise<number> {
  let steps = 0
  for (let done = 0; done < runs; done += RUNS_PER_DATABASE) steps += await check(seed + done * LANES, Math.min(RUNS_PER_DATABASE, runs - done))
  return steps
}

async function check(seed: number, runs: number): Promise<number> {
  let steps = 0
  let failed: Step[] = []
  let office: Office | undefined
  const property = fc.asyncProperty(arbitrarySteps(STEPS_MAX), async (commands) => {
    const taken: Step[] = []
    office ??= await openOffice()
    try {
      await playOne(office, commands, taken)
      steps += taken.length
    } catch (error) {
      failed = taken
      // What it has left would be found by the next.
      await office.close()
      office = undefined
      throw error
    }
  })
  const details = await fc.check(property, { numRuns: runs, seed, endOnFailure: process.env['SIM_SHRINK'] === 'false' })
  await office?.close()
  if (details.failed) {
    const kept = JSON.stringify({ why: 'say what was wrong', steps: failed })
    throw new Error(`SIM_SEED=${seed} SIM_RUNS=${runs} fails. The shortest case, for dispatch/regressions.json:\n${kept}\n`, { cause: details.errorInstance })
  }
  return steps
}

/** A run, and the laws of the books after it. */
async function playOne(office: Office, commands: Iterable<fc.AsyncCommand<Run, World>>, taken: Step[]): Promise<void> {
  await play(await World.open(office), commands, taken)
  await assertBooks(office.db)
}
