import type { FastifyInstance } from 'fastify'
import { MethodNotAllowed } from './errors.ts'
import type { Route } from './route.ts'

/**
 * Answers every other method on a path that exists: OPTIONS with what is allowed, the rest with 405.
 *
 * They are registered like routes, so that the router's own rules decide which path a request means;
 * they answer before the body is read, because nothing will be done with it.
 */
export function registerOtherMethods(app: FastifyInstance, routes: readonly Route[]): void {
  for (const [path, methods] of methodsByPath(routes)) {
    const allow = allowed(methods)
    const refusal = { allow }
    const others = app.supportedMethods.filter((method) => !allow.includes(method))
    app.route({
      method: others,
      url: path,
      exposeHeadRoute: false,
      config: { template: path },
      onRequest: () => Promise.reject(new MethodNotAllowed(refusal)),
      handler: neverReached,
    })
    app.route({
      method: 'OPTIONS',
      url: path,
      config: { template: path },
      onRequest: async (_request, reply) => reply.code(204).header('allow', allow.join(', ')).send(),
      handler: neverReached,
    })
  }
}

/** Two paths that differ only in the names of their parameters are one path. */
function methodsByPath(routes: readonly Route[]): Map<string, Set<string>> {
  const byShape = new Map<string, { path: string; methods: Set<string> }>()
  const add = (path: string, methods: readonly string[]) => {
    const shape = path.replaceAll(/:[^/]+/g, ':')
    const entry = byShape.get(shape) ?? { path, methods: new Set<string>() }
    byShape.set(shape, entry)
    for (const method of methods) entry.methods.add(method)
  }
  for (const route of routes) {
    if (route.kind === 'mount') for (const path of route.paths) add(path, withHead(route.methods))
    // A HEAD of a live stream has no end to describe.
    else add(route.path, route.kind === 'sse' ? [route.method] : withHead([route.method]))
  }
  return new Map([...byShape.values()].map(({ path, methods }) => [path, methods]))
}

function withHead(methods: readonly string[]): string[] {
  return methods.includes('GET') ? [...methods, 'HEAD'] : [...methods]
}

function allowed(methods: ReadonlySet<string>): string[] {
  return [...methods, 'OPTIONS'].sort()
}

function neverReached(): never {
  throw new Error('the answer was given before the handler')
}
