'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Generation, Output } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { useImageModels } from '../catalog/use-models.ts'
import { sendPicture } from '../inputs/send-picture.ts'
import { readDraft, saveDraft } from './draft.ts'
import { fillDraft } from './fill-draft.ts'
import classes from './output-grid.module.css'

interface VaryButtonProps {
  output: Output
  generation: Generation
  /** `picture 2 of 4` */
  name: string
}

/** Takes a picture into the studio as what the next ones are made from, with the same words and settings. It fills; it does not spend. */
export function VaryButton({ output, generation, name }: VaryButtonProps) {
  const router = useRouter()
  const models = useImageModels().data
  const [state, setState] = useState<'idle' | 'taking' | 'failed'>('idle')
  const taker = models?.find(({ id, limits }) => id === generation.model && limits.referenceImages.max > 0) ?? models?.find(({ limits }) => limits.referenceImages.max > 0)
  if (taker === undefined) return null
  const vary = async () => {
    setState('taking')
    try {
      const id = await copyToUploads(output)
      fillDraft(generation, models)
      saveDraft({ ...readDraft(), model: taker.id, references: [id] })
      router.push('/')
    } catch (error) {
      setState('failed')
      announce(`${name} could not be taken: ${toProblem(error).message}`)
    }
  }
  return (
    <button type="button" className={classes.vary} disabled={state === 'taking'} aria-label={`Vary ${name}`} onClick={() => void vary()}>
      {state === 'failed' ? 'Vary: failed, try again' : 'Vary'}
    </button>
  )
}

/** An output may be deleted any day; what it is worked from is a picture of one's own. */
async function copyToUploads({ id, contentType }: Output): Promise<string> {
  const answer = await fetch(`/api/assets/${id}`)
  if (!answer.ok) throw new Error('The picture could not be read.')
  return sendPicture(new File([await answer.blob()], 'picture', { type: contentType }), () => undefined).id
}
