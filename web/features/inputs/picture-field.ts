/** A place for pictures in a request: one for each frame, several for references. */
export interface PictureField {
  /** As the request names it. */
  id: 'referenceImages' | 'firstFrame' | 'lastFrame'
  label: string
  /** Ids of uploads, or addresses, in order. */
  names: string[]
  max: number
  /** Why nothing may be put here now; null when something may. */
  reason: string | null
  change: (names: string[]) => void
}

/** The same limit as the server's, so that a file that is too large is refused before it is sent. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024
export const FILE_TYPES = ['image/png', 'image/jpeg', 'image/webp']

const UPLOAD_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function isUpload(name: string): boolean {
  return UPLOAD_ID.test(name)
}

/** What a picture is called where it cannot be seen: the host of its address. */
export function nameText(name: string): string {
  if (isUpload(name)) return 'Picture'
  return URL.canParse(name) ? new URL(name).hostname : name
}

/** Why an address that somebody typed cannot be one, or null. Whether there is a picture is for the server to find out. */
export function refuseAddress(text: string): string | null {
  if (!URL.canParse(text)) return 'This is not an address. It begins with https://'
  return new URL(text).protocol === 'https:' ? null : 'Only https addresses are taken.'
}

/** Why a file cannot be sent, or null. */
export function refuseFile({ size, type }: Pick<File, 'size' | 'type'>): string | null {
  if (!FILE_TYPES.includes(type)) return 'Only PNG, JPEG and WebP are taken.'
  if (size > FILE_BYTES_MAX) return 'It has more than 20 MB.'
  return size === 0 ? 'The file is empty.' : null
}

/** How many more pictures a field takes, with those that are on their way. */
export function roomIn({ names, max, reason }: Pick<PictureField, 'names' | 'max' | 'reason'>, underWay: number): number {
  return reason === null ? Math.max(0, max - names.length - underWay) : 0
}

/** The names with one moved by a place, where there is a place to move it to. */
export function moved(names: readonly string[], index: number, by: -1 | 1): string[] {
  const to = index + by
  const next = [...names]
  if (to < 0 || to >= next.length) return next
  ;[next[index], next[to]] = [next[to]!, next[index]!]
  return next
}

/** Which refusal belongs to which picture, by the paths of a problem: `/referenceImages/1`, `/firstFrame`. The whole field is named by `/referenceImages`. */
export function refusalsOf(fields: readonly Pick<PictureField, 'id' | 'names'>[], errors: unknown): Map<string, string> {
  const refusals = new Map<string, string>()
  for (const { path, message } of (Array.isArray(errors) ? errors : []) as { path?: unknown; message?: unknown }[]) {
    if (typeof path !== 'string') continue
    const [, id, index = '0'] = path.split('/')
    const name = fields.find((field) => field.id === id)?.names[Number(index)]
    if (name !== undefined) refusals.set(`${id} ${name}`, `This picture ${String(message)}.`.replace(/\.\.$/, '.'))
  }
  return refusals
}
