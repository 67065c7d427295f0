import type { TestContext } from 'node:test'

/**
 * What the machine offers the tests. `npm test` finds or starts each service once, and tells the test
 * files through the environment; a file run by hand with `node --test` sees what that shell has set.
 *
 * A test that needs a service which is not there skips with the reason, and `npm test` repeats the
 * reason before and after the run. Nothing falls back in silence.
 */
export type Availability = { readonly url: string } | { readonly missing: string }

/** The address of a Postgres on which tests may create and drop databases of their own. */
export function postgresUrl(): Availability {
  return read('TEST_DATABASE_URL', 'Postgres')
}

/** The address of a Redis in which tests may use keys with prefixes of their own. */
export function redisUrl(): Availability {
  return read('TEST_REDIS_URL', 'Redis')
}

/** The browser's executable, as `path`. Start it with `--no-sandbox` when running as root. */
export function chromiumPath(): { readonly path: string } | { readonly missing: string } {
  const found = read('TEST_CHROMIUM', 'Chromium')
  return 'url' in found ? { path: found.url } : found
}

/**
 * The admin address of Postgres. Without one it skips the test and returns undefined, so the caller
 * returns: `const url = requirePostgres(t); if (url === undefined) return`.
 */
export function requirePostgres(t: TestContext): string | undefined {
  const found = postgresUrl()
  if ('url' in found) return found.url
  t.skip(found.missing)
  return undefined
}

/** As `requirePostgres`, for the browser's executable. */
export function requireChromium(t: TestContext): string | undefined {
  const found = chromiumPath()
  if ('path' in found) return found.path
  t.skip(found.missing)
  return undefined
}

function read(variable: string, service: string): Availability {
  const url = process.env[variable]
  if (url !== undefined && url !== '') return { url }
  return { missing: process.env[`${variable}_MISSING`] ?? `no ${service}: run \`npm test\`, or set ${variable}` }
}
