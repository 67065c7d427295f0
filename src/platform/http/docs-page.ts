import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { takeOver } from './exchange.ts'

const SPEC_URL = '/openapi.json'

/** All that the reader could fetch, report or offer from elsewhere is switched off. */
const READER = {
  url: SPEC_URL,
  pageTitle: 'Cooly API',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
} as const

/** Without it a browser asks for `/favicon.ico`, which only exists beside the web app. */
const NO_ICON = '<link rel="icon" href="data:,">'

type Serve = FastifyInstance['routing']

/**
 * Serves the API reference under `/docs`, with everything it needs from this server.
 *
 * The reader's code weighs 4 MB and takes 0.2 s to load, so it is loaded for its first reader, into an
 * instance of its own. Its page runs one inline script, which the page's policy allows by hash.
 */
export function registerDocsPage(app: FastifyInstance): void {
  let opening: Promise<Serve> | undefined
  for (const url of ['/docs', '/docs/', '/docs/js/scalar.js']) {
    app.route({
      method: 'GET',
      url,
      config: { template: '/docs', operational: true },
      handler: async (request, reply) => {
        const serve = await (opening ??= openReader())
        reply.removeHeader('content-security-policy').removeHeader('cache-control')
        const response = takeOver(reply)
        serve(request.raw, response)
        return reply
      },
    })
  }
}

async function openReader(): Promise<Serve> {
  const [{ default: fastify }, { default: reader }] = await Promise.all([import('fastify'), import('@scalar/fastify-api-reference')])
  const app = fastify()
  app.addHook('onSend', async (_request, reply, payload) => {
    const page = typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html')
    reply.header('content-security-policy', policy(page ? payload : ''))
    reply.header('cache-control', 'no-cache')
    return page ? payload.replace('<head>', `<head>${NO_ICON}`) : payload
  })
  await app.register(reader, { routePrefix: '/docs', configuration: READER })
  await app.ready()
  return app.routing
}

function policy(page: string): string {
  const inline = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => sha256(script!))
  return [
    "default-src 'none'",
    `script-src 'self' ${inline.join(' ')}`.trim(),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function sha256(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`
}
