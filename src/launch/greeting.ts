/** What a person at the terminal reads. Machines read the log. */
import { demoPerson, type Seeded } from '#domains/accounts'
import type { Logger } from '#platform/telemetry'
import type { Config } from '../config.ts'
import type { WebBuild } from './web-build.ts'

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

export interface ReadyFacts {
  readonly config: Config
  readonly address: string | undefined
  readonly web: WebBuild | undefined
  readonly seeded: Seeded
  readonly tell: (line: string) => void
  readonly log: Logger
}

/**
 * Says that the process is ready, where, and how to sign in: after the first page has been made when it serves the web app, so
 * that "ready" means what a person takes it to mean. A web app that cannot be built does not stop the API.
 */
export async function announceReady({ config, address, web, seeded, tell, log }: ReadyFacts): Promise<void> {
  if (web !== undefined && address !== undefined) {
    tell(`The API answers at ${address}; the web app follows.`)
    await web.ready.then(() => fetch(`${address}/sign-in`)).catch((error: unknown) => log.error({ err: error }, 'there is no web app'))
  }
  const seconds = Math.round(elapsedSeconds(config) * 10) / 10
  log.info({ address, seconds }, 'ready')
  tell(`\nReady in ${seconds} s${address === undefined ? '' : `: ${address}`}`)
  if (address !== undefined && config.serves && config.accounts.demo) tell(`  Sign in   ${demoPerson.email} / ${demoPerson.password}   (${demoPerson.credits} credits)`)
  // The one place where this password is ever shown.
  if (seeded.adminPassword !== null) process.stdout.write(`  Admin     ${config.accounts.adminEmail} / ${seeded.adminPassword}   (made up now and shown only this once)\n`)
  for (const line of nextSteps(config)) tell(`  ${line}`)
}

/** Since the person pressed enter: with `npm start` that is before anything was installed. */
function elapsedSeconds({ bootstrapStartedAt }: Config): number {
  return bootstrapStartedAt === null ? process.uptime() : (Date.now() - bootstrapStartedAt) / 1_000
}

function nextSteps({ bytedance, database, dataDirectory }: Config): string[] {
  const steps: string[] = []
  if (bytedance.apiKey === null) steps.push('Pictures  are simulated. Set SEEDREAM4_API_KEY to use BytePlus ModelArk.')
  if (database.url === null) steps.push(`Data      lies in ${dataDirectory} (embedded Postgres). Set DATABASE_URL to use a server.`)
  return [...steps, 'Stop      Ctrl-C']
}
