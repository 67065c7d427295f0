import type { NextConfig } from 'next'

/** Paths that belong to the API. Behind one listener they never reach Next; in a deployment of its own they are passed on. */
const apiPaths = ['/api/:path*', '/v1/:path*', '/health', '/ready', '/docs/:path*', '/openapi.json']

const apiUrl = process.env.COOLY_API_URL?.replace(/\/+$/, '')

const config: NextConfig = {
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  // Types are checked by `tsc -p web`, which is faster and runs in every check anyway.
  typescript: { ignoreBuildErrors: true },
  rewrites: async () => apiPaths.map((source) => ({ source, destination: `${apiUrl}${source}` })).filter(() => apiUrl !== undefined),
}

export default config
