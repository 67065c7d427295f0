import { useEffect, useState } from 'react'
import type { DeadLetter } from '@/api/model.ts'
import { toProblem, type Problem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { Dialog, Field } from '@/ui/dialog.tsx'
import { Notice } from '@/ui/notice.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { creditsText } from '../credits/credits-text.ts'
import { reveal, useRetry } from './use-dead-letters.ts'

interface Draft {
  prompt: string
  n: string
  size: string
  /** Of a video. Null where it had none: its model may not take one. */
  seed: string | null
  without: string | null
}

/** Trying again with another input. Opening it uncovers what the person wrote, which is kept in the audit log. */
export function EditDialog({ letter, waive, close }: { letter: DeadLetter; waive: boolean; close: () => void }) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const [unread, setUnread] = useState<Problem | null>(null)
  const retry = useRetry()
  useEffect(() => {
    let gone = false
    reveal(letter.id).then(({ payload }) => gone || setDraft(toDraft(payload)), (error: unknown) => gone || setUnread(toProblem(error)))
    return () => void (gone = true)
  }, [letter.id])
  const n = /^[1-9]\d?$/.test(draft?.n.trim() ?? '') ? Number(draft!.n) : null
  const video = letter.queue === 'video'
  const fits = draft !== null && draft.prompt.trim() !== '' && (video ? /^\d{0,10}$/.test(draft.seed ?? '') : n !== null && n <= originalOutputs(letter) && draft.size.trim() !== '')
  const price = n === null || waive ? 0 : Math.round((letter.credits.amount / originalOutputs(letter)) * n)
  const submit = () => {
    if (draft === null || n === null) return
    const input = video ? videoInput(draft) : { prompt: draft.prompt, n, size: draft.size.trim() }
    retry.mutate({ id: letter.id, waive, input }, { onSuccess: () => { announce('Trying again with the changed input'); close() } })
  }
  return (
    <Dialog title="Try again with another input" action={`Retry · ${creditsText(price)}`} close={close} disabled={!fits} loading={retry.isPending} submit={submit}>
      <p>What the person wrote is shown below. That you have seen it is in the audit log.</p>
      {unread !== null && <Notice title="The input could not be read" reference={unread.code}><p>{unread.message}</p></Notice>}
      {draft === null && unread === null && <Skeleton height={180} />}
      {draft !== null && (
        <>
          <Field label="Prompt" lines={5} maxLength={4_000} value={draft.prompt} onChange={(prompt) => setDraft({ ...draft, prompt })} />
          {draft.seed !== null && <Field label="Seed" inputMode="numeric" value={draft.seed} onChange={(seed) => setDraft({ ...draft, seed })} />}
          {draft.without !== null && <Field label="Without" maxLength={4_000} value={draft.without} onChange={(without) => setDraft({ ...draft, without })} />}
          {!video && <Field label="Pictures" inputMode="numeric" value={draft.n} onChange={(value) => setDraft({ ...draft, n: value })} hint={`At most ${originalOutputs(letter)}: the price was accepted for that many`} />}
          {!video && <Field label="Size" value={draft.size} onChange={(size) => setDraft({ ...draft, size })} hint="1K, 2K, 4K or WIDTHxHEIGHT" />}
        </>
      )}
      {retry.isError && <Notice title="It was not tried again" reference={toProblem(retry.error).code}><p>{toProblem(retry.error).message}</p></Notice>}
    </Dialog>
  )
}

/** The rest of a video is what its price was for, and stays. */
function videoInput({ prompt, seed, without }: Draft): { prompt: string; seed?: number; negativePrompt?: string } {
  return { prompt, ...(seed === null || seed === '' ? {} : { seed: Number(seed) }), ...(without === null ? {} : { negativePrompt: without }) }
}

function originalOutputs({ payload }: DeadLetter): number {
  const { n } = (payload ?? {}) as { n?: unknown }
  return typeof n === 'number' ? n : 1
}

function toDraft(payload: unknown): Draft {
  const { prompt, n, size, seed, negativePrompt } = (payload ?? {}) as Record<string, unknown>
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return { prompt: text(prompt), n: typeof n === 'number' ? String(n) : '1', size: text(size), seed: typeof seed === 'number' ? String(seed) : null, without: typeof negativePrompt === 'string' ? negativePrompt : null }
}
