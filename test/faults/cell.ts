/** One cell of the crash matrix: a step at which a process dies, on a queue. */
import assert from 'node:assert/strict'
import { demoPerson } from '#domains/accounts'
import { findViolations } from '#test/ledger'
import type { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import type { Client, GenerationBody } from '#test/client'
import type { ServerProcess } from '#test/process'
import { openBroker, type QueueKind } from '#test/broker'
import { Cluster, type Role } from './cluster.ts'

/** Outputs of a generation, and how many generations are under way when the process dies. */
const IMAGES = 2
const GENERATIONS = 3

export interface Step {
  /** Where it dies, as `name` or `name=kill9@pass`. */
  readonly failpoint: string
  /** Pictures beyond those delivered that the provider may have made for nothing, over all generations: calls that were under way or unrecorded. */
  readonly wastedMax: number
}

const UNDER_WAY = IMAGES * GENERATIONS

export const steps: readonly Step[] = [
  { failpoint: 'api.before_commit', wastedMax: 0 },
  { failpoint: 'api.after_commit', wastedMax: 0 },
  { failpoint: 'relay.after_claim', wastedMax: 0 },
  { failpoint: 'relay.after_publish', wastedMax: 0 },
  { failpoint: 'worker.after_receive', wastedMax: UNDER_WAY },
  { failpoint: 'worker.after_lease', wastedMax: UNDER_WAY },
  { failpoint: 'worker.after_submit', wastedMax: UNDER_WAY },
  { failpoint: 'worker.after_result_saved', wastedMax: UNDER_WAY },
  { failpoint: 'worker.in_transfer', wastedMax: UNDER_WAY },
  { failpoint: 'worker.after_put', wastedMax: UNDER_WAY },
  { failpoint: 'worker.after_output', wastedMax: UNDER_WAY },
  { failpoint: 'worker.after_output=kill9@4', wastedMax: UNDER_WAY },
  { failpoint: 'worker.in_settle', wastedMax: UNDER_WAY },
  { failpoint: 'worker.after_settle', wastedMax: UNDER_WAY },
  { failpoint: 'sweeper.after_requeue', wastedMax: UNDER_WAY },
]

export interface CellReport {
  readonly queue: QueueKind
  readonly failpoint: string
  /** From the death until everything that was asked for was delivered. */
  readonly recoveryMs: number
  readonly wasted: number
  /** Laws of the books that were broken at the end, and processes that did not end as they were asked to. */
  readonly violations: readonly string[]
}

type Simulator = Awaited<ReturnType<typeof startBytedanceSimulator>>

/** Kills the process at the step, starts another in its place, and waits until everything is delivered. Rejects when something is missing, doubled or wrongly paid. */
export async function runCell(queue: QueueKind, { failpoint, wastedMax }: Step, simulator: Simulator): Promise<CellReport> {
  const broker = await openBroker(queue)
  const cluster = await Cluster.open(broker, simulator.url)
  let outcome: Omit<CellReport, 'violations'> & { violations: string[] } | undefined
  try {
    const armed = failpoint.includes('=') ? failpoint : `${failpoint}=kill9`
    const doomed = roleOf(failpoint)
    const keys = Array.from({ length: GENERATIONS }, (_, index) => `key-${index}`)
    const started = await startDoomed(cluster, doomed, armed)
    await Promise.allSettled(keys.map((key) => ask(started.client, key)))
    assert.deepEqual(await started.doomed.exited(), [null, 'SIGKILL'], started.doomed.output)
    const died = performance.now()
    const client = await replace(cluster, doomed, started.client)
    // Whoever got no answer asks again with the same key, and whoever got one may.
    const asked = await Promise.all(keys.map((key) => ask(client, key)))
    assert.equal(new Set(asked.map(({ id }) => id)).size, GENERATIONS)
    const ended = await Promise.all(asked.map(({ id }) => client.ended(id, 180_000)))
    const recoveryMs = Math.round(performance.now() - died)
    const wasted = await assertDelivered(client, ended, wastedMax, simulator)
    outcome = { queue, failpoint, recoveryMs, wasted, violations: Object.keys(await findViolations(cluster.db)) }
  } finally {
    const unclean = await cluster.close()
    await broker.close()
    outcome?.violations.push(...unclean.map((output) => `did not end cleanly: ${output.slice(-500)}`))
  }
  return outcome
}

function roleOf(failpoint: string): Role {
  if (failpoint.startsWith('worker.')) return 'worker'
  return failpoint.startsWith('sweeper.') ? 'scheduler' : 'api'
}

async function startDoomed(cluster: Cluster, role: Role, armed: string): Promise<{ doomed: ServerProcess; client: Client }> {
  const arms = { COOLY_FAILPOINTS: armed }
  if (role === 'api') {
    // The relay runs in the API as well as in the scheduler: alone, it is the one that dies.
    const { api, client } = await cluster.startApi(arms)
    return { doomed: api, client }
  }
  const { client } = await cluster.startApi()
  const doomed = cluster.start(role, arms)
  await doomed.ready()
  if (role === 'worker') {
    await cluster.start('scheduler').ready()
    return { doomed, client }
  }
  // A worker that dies in the middle is what the sweeper sweeps for.
  await cluster.start('worker', { COOLY_FAILPOINTS: 'worker.after_lease=kill9' }).ready()
  return { doomed, client }
}

/** Starts what is missing: one in the place of the dead, and the roles that were kept back until it had died. */
async function replace(cluster: Cluster, role: Role, client: Client): Promise<Client> {
  const roles: Role[] = role === 'worker' ? ['worker'] : ['scheduler', 'worker']
  await Promise.all(roles.map((one) => cluster.start(one).ready()))
  return role === 'api' ? (await cluster.startApi()).client : client
}

function ask(client: Client, key: string): Promise<GenerationBody> {
  return client.generate({ prompt: `a lighthouse, ${key}`, n: IMAGES, size: '1K' }, key)
}

async function assertDelivered(client: Client, ended: readonly GenerationBody[], wastedMax: number, simulator: Simulator): Promise<number> {
  for (const { status, outputs, failures, credits } of ended) {
    assert.deepEqual([status, outputs.length, failures.length, credits.captured], ['succeeded', IMAGES, 0, IMAGES])
    for (const { url, bytes } of outputs) {
      const response = await client.fetch('GET', url)
      assert.equal((await response.arrayBuffer()).byteLength, bytes, 'every picture can be opened')
    }
  }
  const { available, held } = await client.credits()
  assert.deepEqual([available, held], [Number(demoPerson.credits) - UNDER_WAY, 0])
  const { requests } = simulator.stats()
  const billed = ended.reduce((sum, { id }) => sum + (requests[id]?.billedImages ?? 0), 0)
  assert(billed >= UNDER_WAY && billed <= UNDER_WAY + wastedMax, `the provider would have billed ${billed} pictures`)
  return billed - UNDER_WAY
}
