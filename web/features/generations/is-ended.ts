import type { GenerationStatus } from '../../api/model.ts'

/** In a file of its own, like the words for pieces: the first page needs these two, and of what else is said of a generation nothing. */
export const isEnded = (status: GenerationStatus): boolean => status !== 'queued' && status !== 'running'
