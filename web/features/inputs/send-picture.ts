import { networkProblem, Problem } from '@/api/problem.ts'

interface Sending {
  /** The id of the upload. Rejects with a `Problem`, or never settles after `stop`. */
  id: Promise<string>
  stop: () => void
}

/** Hands a file in. The one request of the app that tells how far it is, which `fetch` cannot. */
export function sendPicture(file: File, onProgress: (part: number) => void): Sending {
  const request = new XMLHttpRequest()
  const form = new FormData()
  form.append('file', file)
  const id = new Promise<string>((resolve, reject) => {
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total))
    request.addEventListener('error', () => reject(networkProblem()))
    request.addEventListener('load', () => {
      const body = parse(request.responseText)
      if (request.status === 201 && typeof body['id'] === 'string') resolve(body['id'])
      else reject(problemOf(request.status, body))
    })
  })
  request.open('POST', '/api/uploads')
  request.send(form)
  return { id, stop: () => request.abort() }
}

function problemOf(status: number, { code, detail }: Record<string, unknown>): Problem {
  const message = typeof detail === 'string' ? detail : 'The server did not take this picture.'
  return new Problem({ status, code: typeof code === 'string' ? code : `http.${status}`, message })
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
