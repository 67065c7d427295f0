/** Pictures as people hand them in. */
import assert from 'node:assert/strict'
import sharp from 'sharp'
import type { Client } from './client.ts'

export interface UploadBody {
  readonly id: string
  readonly url: string
  readonly contentType: string
  readonly bytes: number
  readonly width: number
  readonly height: number
}

/** A picture of one colour. */
export function plainPicture(background: string, { width = 640, height = 480, format = 'png' }: { width?: number; height?: number; format?: 'png' | 'jpeg' | 'webp' } = {}): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } }).toFormat(format).toBuffer()
}

export async function uploadPicture(client: Client, bytes: Buffer): Promise<UploadBody> {
  const response = await client.postForm('/api/uploads', formOf(bytes))
  const text = await response.text()
  assert.equal(response.status, 201, text)
  return JSON.parse(text) as UploadBody
}

export function formOf(bytes: Buffer, { field = 'file', name = 'picture.png', type = 'image/png' } = {}): FormData {
  const form = new FormData()
  form.append(field, new Blob([new Uint8Array(bytes)], { type }), name)
  return form
}

/** The colour that a picture has on average, from 0 to 255. */
export async function meanColour(bytes: Buffer): Promise<{ red: number; green: number; blue: number }> {
  const { channels } = await sharp(bytes).stats()
  const [red = 0, green = 0, blue = 0] = channels.map(({ mean }) => Math.round(mean))
  return { red, green, blue }
}
