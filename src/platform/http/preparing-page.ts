import { createHash } from 'node:crypto'

const STYLE = `
  :root { color-scheme: light dark }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.5 system-ui, sans-serif }
  main { padding: 2rem; max-width: 32rem }
  h1 { font-size: 1.25rem; font-weight: 600; margin: 0 0 .5rem }
  p { margin: 0; opacity: .75 }`

/** Allows the page its own style and nothing else. */
export const PREPARING_POLICY =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** What a person sees before the web app is built. Asks again by itself, without a script. */
export function preparingPage(failed: boolean): string {
  const [title, text] = failed
    ? ['The web app could not be started', 'The server log says why. The API answers under /api.']
    : ['Preparing the web app', 'This takes up to a minute after an installation or an update. The page opens by itself; the API answers already.']
  const refresh = failed ? '' : '\n<meta http-equiv="refresh" content="2">'
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">${refresh}
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`
}
