import { posix } from 'node:path'
import { findImports, resolveImport } from './imports.ts'
import { isTest, type SourceFiles } from './source-files.ts'

/** Which domain may use which, through its `index.ts`. An edge that is missing here is a design question. */
export const domainEdges: Readonly<Record<string, readonly string[]>> = {
  accounts: ['credits'],
  capacity: [],
  catalog: [],
  credits: [],
  billing: ['credits'],
  'dead-letters': ['catalog', 'credits', 'generations', 'uploads'],
  generations: ['capacity', 'catalog', 'credits', 'spending', 'uploads', 'workers'],
  knowledge: ['credits'],
  assistant: ['credits', 'knowledge'],
  notifications: [],
  spending: [],
  uploads: [],
  workers: [],
  admin: [
    'accounts', 'capacity', 'catalog', 'credits', 'billing', 'dead-letters', 'generations', 'knowledge', 'assistant', 'notifications', 'spending', 'workers',
  ],
}

/** What every part of the platform may use, and the edges besides. */
export const platformFoundations: readonly string[] = ['db', 'telemetry']
export const platformEdges: Readonly<Record<string, readonly string[]>> = {
  outbox: ['queue'],
  providers: ['safe-fetch'],
  schedule: ['outbox'],
}

const tiers = ['lib', 'platform', 'domains', 'app', 'launch', 'entry'] as const

interface Place {
  readonly tier: (typeof tiers)[number] | 'config' | 'test'
  /** The domain, the part of the platform, or the tier itself where it has no rooms. */
  readonly room: string
}

/** Every import in `src/` and `web/` that breaks a rule, as a sentence. Empty when the house is in order. */
export function brokenImports(files: SourceFiles): string[] {
  return [...files].flatMap(([from, text]) =>
    findImports(text).flatMap(({ specifier }) => {
      const reason = from.startsWith('web/') ? refuseInWeb(from, specifier) : refuseInSource(from, specifier)
      return reason === undefined ? [] : [`${from} imports ${specifier}: ${reason}`]
    }),
  )
}

function refuseInWeb(from: string, specifier: string): string | undefined {
  const target = resolveImport(from, specifier)
  const inside = target === undefined || target.startsWith('web/')
  return inside ? undefined : 'web/ speaks HTTP and imports nothing from outside itself'
}

function refuseInSource(from: string, specifier: string): string | undefined {
  const target = resolveImport(from, specifier)
  if (target === undefined) return specifier.startsWith('#') ? 'package.json maps no such name' : undefined
  const source = placeOf(from)
  const destination = placeOf(target)
  if (source === undefined) return undefined
  if (destination === undefined) return 'it leads out of src/'
  if (destination.tier === 'test') return isTest(from) ? undefined : 'production code does not use test support'
  return refuseSpelling(from, specifier, source, destination) ?? refuseDirection(from, source, destination)
}

/** `./x.ts` inside a room (or `../x.ts` from a folder of it), and the map of package.json across rooms. */
function refuseSpelling(from: string, specifier: string, source: Place, destination: Place): string | undefined {
  const sameRoom = source.tier === destination.tier && source.room === destination.room
  if (specifier.startsWith('#')) return refuseMapped(specifier, source, destination, sameRoom)
  const mapped = (['lib', 'platform', 'domains'] as const).some((tier) => tier === destination.tier)
  if (!sameRoom && mapped) return `across folders write #${destination.tier}/…`
  const mayClimb = posix.dirname(from).split('/').length > 3 || from.startsWith('src/cli/') || from.startsWith('src/app/') || from.startsWith('src/launch/')
  return specifier.startsWith('../') && !mayClimb ? 'inside a folder write ./name.ts' : undefined
}

/** The map reaches any folder with an index, so that a room's own folders need watching too. */
function refuseMapped(specifier: string, source: Place, destination: Place, sameRoom: boolean): string | undefined {
  if (destination.tier === 'lib') return undefined
  const isFace = specifier === `#${destination.tier}/${destination.room}`
  if (sameRoom) return isFace ? 'a room does not use its own index.ts; write ./name.ts' : undefined
  const mayOpen = destination.tier === 'platform' && (source.tier === 'app' || source.tier === 'entry')
  return isFace || mayOpen ? undefined : `other rooms are used through #${destination.tier}/${destination.room}`
}

function refuseDirection(from: string, source: Place, destination: Place): string | undefined {
  if (destination.tier === 'config') {
    return ['config', 'app', 'launch', 'entry'].includes(source.tier) ? undefined : 'values come as arguments, never from the config'
  }
  const rank = (place: Place) => (place.tier === 'config' ? tiers.indexOf('domains') : tiers.indexOf(place.tier as 'lib'))
  if (rank(destination) > rank(source)) return `${source.tier} is below ${destination.tier}`
  if (rank(destination) < rank(source) || source.room === destination.room) return undefined
  if (isTest(from)) return undefined // The set-up of a test may need any neighbour.
  return refuseNeighbour(source, destination)
}

function refuseNeighbour(source: Place, destination: Place): string | undefined {
  const allowed =
    source.tier === 'platform'
      ? [...platformFoundations, ...(platformEdges[source.room] ?? [])]
      : (domainEdges[source.room] ?? [])
  return allowed.includes(destination.room) ? undefined : `${source.room} may not use ${destination.room}`
}

function placeOf(path: string): Place | undefined {
  const [top, tier = '', room = ''] = path.split('/')
  if (top === 'test') return { tier: 'test', room: 'test' }
  if (top !== 'src') return undefined
  if (tier === 'lib') return { tier, room: tier }
  if (tier === 'platform' || tier === 'domains') return { tier, room }
  // The config and what it is made of: `storage-settings.ts`.
  if (/^(config|[a-z]+-settings)\.ts$/.test(tier)) return { tier: 'config', room: 'config' }
  if (tier === 'app.ts' || tier === 'app') return { tier: 'app', room: 'app' }
  // What a process needs around the app: it belongs to the entry, and no other tier may reach for it.
  if (tier === 'launch') return { tier, room: tier }
  return { tier: 'entry', room: tier }
}
