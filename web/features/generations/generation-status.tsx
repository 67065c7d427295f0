import type { Generation } from '@/api/model.ts'
import { StatusMark, type Tone } from '@/ui/status-mark.tsx'
import { countOf, statusText } from './progress.ts'

export function GenerationStatusMark({ generation }: { generation: Generation }) {
  return <StatusMark tone={toneOf(generation)}>{statusText(generation)}</StatusMark>
}

function toneOf(generation: Generation): Tone {
  if (generation.status === 'queued' || generation.status === 'cancelled') return 'quiet'
  if (generation.status === 'running') return 'live'
  if (generation.status === 'failed') return 'bad'
  return generation.outputsRemovedAt === null && generation.outputs.length < countOf(generation) ? 'warning' : 'good'
}
