import { join } from 'node:path'
import { bytedanceSimulator, type BytedanceSimulatorOptions } from '../bytedance/simulator/index.ts'
import { googleSimulator } from '../google/simulator/index.ts'
import { openaiSimulator } from '../openai/simulator/index.ts'
import { type Dice, serveVendors, type SimulatedVendor, type SimulatorServer } from '../simulation/index.ts'

export interface SimulatorsOptions extends Omit<BytedanceSimulatorOptions, 'tasksFile'> {
  readonly host: string
  /** 0 for a free one. */
  readonly port: number
  /** As in `ServeOptions`. */
  readonly dice?: Dice | undefined
  /** Where each vendor keeps a file of its tasks over a restart. Left out: they end with the process. One process at a time may have it. */
  readonly tasksFolder?: string | undefined
}

export interface Simulators extends SimulatorServer {
  /** Where each vendor answers: what its adapter wants to be told as base URL. */
  readonly baseUrls: Readonly<Record<string, string>>
}

interface Stand {
  /** By the name of the interface: from the origin to where the vendor's own paths begin. */
  readonly bases: Readonly<Record<string, string>>
  readonly tasksFile: string
  readonly open: (options: SimulatorsOptions & { readonly tasksFile: string | undefined }) => SimulatedVendor
}

const STANDS: readonly Stand[] = [
  { bases: { ModelArk: '/api/v3' }, tasksFile: 'modelark.jsonl', open: bytedanceSimulator },
  { bases: { OpenAI: '/openai/v1' }, tasksFile: 'openai.jsonl', open: openaiSimulator },
  { bases: { Gemini: '/google/v1beta', Vertex: '/google/vertex/v1' }, tasksFile: 'google.jsonl', open: googleSimulator },
]

/** Starts every simulated vendor. Rejects when the port is taken. */
export async function startSimulators(options: SimulatorsOptions): Promise<Simulators> {
  const { tasksFolder } = options
  const vendors = STANDS.map(({ open, tasksFile }) => open({ ...options, tasksFile: tasksFolder === undefined ? undefined : join(tasksFolder, tasksFile) }))
  const server = await serveVendors(vendors, options)
  const bases = STANDS.flatMap((stand) => Object.entries(stand.bases))
  return { ...server, baseUrls: Object.fromEntries(bases.map(([title, base]) => [title, server.url + base])) }
}
