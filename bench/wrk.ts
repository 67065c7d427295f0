/** The load generator: wrk, told in Lua what to send. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Target {
  readonly port: number
  readonly path: string
  /** Requests go over these people in turn, each with a key of its own. Without any, a short body and neither cookie nor key. */
  readonly cookies: readonly string[]
}

export interface Script {
  readonly path: string
  readonly port: number
}

export interface Slice {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export function writeScripts(directory: string, targets: Record<string, Target>): Record<string, Script> {
  return Object.fromEntries(Object.entries(targets).map(([name, target], index) => {
    const path = join(directory, `${index}.lua`)
    writeFileSync(path, toLua(target))
    return [name, { path, port: target.port }]
  }))
}

function toLua({ path, cookies }: Target): string {
  const request = cookies.length === 0 ? `
wrk.method, wrk.path, wrk.body = "POST", "${path}", '{"prompt":"a lighthouse in a storm, oil on canvas"}'
wrk.headers["content-type"] = "application/json"` : `
local cookies = { ${cookies.map((cookie) => JSON.stringify(cookie)).join(', ')} }
local count, run = 0, tostring(os.time()) .. tostring({}):sub(8)
request = function()
  count = count + 1
  return wrk.format("POST", "${path}", {
    ["content-type"] = "application/json", ["cookie"] = cookies[count % #cookies + 1], ["idempotency-key"] = run .. count,
  }, '{"prompt":"a lighthouse in a storm, oil on canvas","n":1,"size":"2048x1152","metadata":{"order":"17"}}')
end`
  return `${request}
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %f %f %f %d\\n", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, e.status + e.connect + e.read + e.write + e.timeout))
end`
}

/** Loads one target for a second. A request that failed ends the run: its time says nothing. */
export function measure({ path, port }: Script, connections: number): Slice {
  const { stdout } = spawnSync('wrk', ['-t1', `-c${connections}`, '-d1s', '-s', path, `http://127.0.0.1:${port}`], { encoding: 'utf8' })
  const match = /RESULT (\S+) (\S+) (\S+) (\d+)/.exec(stdout)
  if (match === null) throw new Error(`wrk gave no result: ${stdout}`)
  const [requestsPerSecond, p50Ms, p99Ms, failures] = match.slice(1).map(Number) as [number, number, number, number]
  if (failures > 0) throw new Error(`${failures} requests failed`)
  return { requestsPerSecond, p50Ms, p99Ms }
}
