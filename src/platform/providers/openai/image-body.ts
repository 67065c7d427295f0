import type { ImageCall } from '../port.ts'
import { readReference } from '../reference-image.ts'

export interface ImageBody {
  readonly path: '/images/generations' | '/images/edits'
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** The body of a call: JSON for words alone, a form where there are pictures to work from. */
export async function imageBody(call: ImageCall): Promise<ImageBody> {
  const references = call.referenceImages ?? []
  if (references.length > 0) return editBody(call, references)
  return { path: '/images/generations', contentType: 'application/json', bytes: Buffer.from(JSON.stringify(fieldsOf(call))) }
}

/**
 * Documented fields only. `response_format` is refused by these models, which always answer with the
 * bytes; so are a seed and a negative prompt.
 */
function fieldsOf(call: ImageCall): Record<string, string | number> {
  const optional = {
    quality: call.quality,
    background: call.background,
    output_format: call.outputFormat,
    output_compression: call.outputCompression,
    safety_identifier: call.endUser,
  }
  const given = Object.entries(optional).filter((entry): entry is [string, string | number] => entry[1] !== undefined)
  return { model: call.providerModel, prompt: call.prompt, n: 1, size: call.size, ...Object.fromEntries(given) }
}

/** `input_fidelity` stays out: models of the second generation refuse it. */
async function editBody(call: ImageCall, references: readonly string[]): Promise<ImageBody> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fieldsOf(call))) form.append(name, String(value))
  for (const [index, address] of references.entries()) {
    const { contentType, base64 } = readReference(address, 'referenceImages')
    const extension = contentType.slice('image/'.length)
    form.append('image[]', new Blob([Buffer.from(base64, 'base64')], { type: contentType }), `reference-${index}.${extension}`)
  }
  return { path: '/images/edits', ...(await encodeForm(form)) }
}

/** The form as it goes over the wire, with the boundary in its content type. */
export async function encodeForm(form: FormData): Promise<{ contentType: string; bytes: Uint8Array }> {
  const encoded = new Response(form)
  const contentType = encoded.headers.get('content-type') ?? 'multipart/form-data'
  return { contentType, bytes: new Uint8Array(await encoded.arrayBuffer()) }
}
