import type { VideoModel } from '@/api/model.ts'
import type { PictureField } from '../inputs/picture-field.ts'
import type { VideoDraft } from './video-draft.ts'

/** Where pictures may go in a video, and why not where they may not: frames have a place in it, references have none, and no model takes both. */
export function videoFields({ firstFrame, lastFrame, references }: VideoDraft, change: (part: Partial<VideoDraft>) => void, { name, limits }: VideoModel): PictureField[] {
  const takes = (option: string) => (limits.options.includes(option) ? null : `${name} does not take it.`)
  const framed = firstFrame.length > 0 && takes('firstFrame') === null
  const referenced = references.length > 0 && takes('referenceImages') === null && !framed
  const beside = referenced ? 'Not together with reference pictures.' : null
  return [
    { id: 'firstFrame', label: 'First frame', names: firstFrame.slice(0, 1), max: 1, reason: takes('firstFrame') ?? beside, change: (names) => change({ firstFrame: names }) },
    { id: 'lastFrame', label: 'Last frame', names: lastFrame.slice(0, 1), max: 1, reason: takes('lastFrame') ?? beside ?? (framed ? null : 'Choose a first frame before.'), change: (names) => change({ lastFrame: names }) },
    {
      id: 'referenceImages', label: 'Reference pictures', names: references.slice(0, limits.referenceImages.max), max: limits.referenceImages.max,
      reason: takes('referenceImages') ?? (framed ? 'Not together with a first or last frame.' : null), change: (names) => change({ references: names }),
    },
  ]
}

/** What of it goes into the request: a field with a reason against it keeps its pictures for another model, and sends none. */
export function picturesOf(fields: readonly PictureField[]): { firstFrame?: string; lastFrame?: string; referenceImages?: string[] } {
  const namesOf = (id: PictureField['id']) => fields.find((field) => field.id === id && field.reason === null)?.names ?? []
  const [firstFrame, lastFrame, referenceImages] = [namesOf('firstFrame')[0], namesOf('lastFrame')[0], namesOf('referenceImages')]
  return {
    ...(firstFrame === undefined ? {} : { firstFrame }),
    ...(lastFrame === undefined ? {} : { lastFrame }),
    ...(referenceImages.length === 0 ? {} : { referenceImages }),
  }
}
