import { bytedanceSimulator, type BytedanceSimulatorOptions } from '../bytedance/simulator/index.ts'
import { openaiSimulator } from '../openai/simulator/index.ts'
import { serveVendors, type SimulatedVendor, type SimulatorServer } from '../simulation/index.ts'

export interface SimulatorsOptions extends BytedanceSimulatorOptions {
  readonly host: string
  /** 0 for a free one. */
  readonly port: number
}

export interface Simulators extends SimulatorServer {
  /** Where each vendor answers: what its adapter wants to be told as base URL. */
  readonly baseUrls: Readonly<Record<string, string>>
}

interface Stand {
  readonly title: string
  /** From the origin to where the vendor's own paths begin. */
  readonly base: string
  readonly open: (options: SimulatorsOptions) => SimulatedVendor
}

const STANDS: readonly Stand[] = [
  { title: 'ModelArk', base: '/api/v3', open: bytedanceSimulator },
  { title: 'OpenAI', base: '/openai/v1', open: openaiSimulator },
]

/** Starts every simulated vendor. Rejects when the port is taken. */
export async function startSimulators(options: SimulatorsOptions): Promise<Simulators> {
  const server = await serveVendors(STANDS.map(({ open }) => open(options)), options)
  return { ...server, baseUrls: Object.fromEntries(STANDS.map(({ title, base }) => [title, server.url + base])) }
}
