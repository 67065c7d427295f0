import type { Generation } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Dialog } from '@/ui/dialog.tsx'
import { Notice } from '@/ui/notice.tsx'
import { piecesText } from './pieces-text.ts'
import { useDelete } from './use-delete.ts'

interface DeleteDialogProps {
  generation: Generation
  close: () => void
  /** After it is gone, instead of `close`. */
  onDeleted: (id: string) => void
}

/** Asks before what cannot be undone, and says what goes and what stays. */
export default function DeleteDialog({ generation, close, onDeleted }: DeleteDialogProps) {
  const remove = useDelete(onDeleted)
  const { outputs } = generation
  const files = outputs.length === 0 ? 'It' : `It and its ${outputs.length === 1 ? piecesText(generation, 1).slice(2) : piecesText(generation, outputs.length)}`
  return (
    <Dialog title="Delete this generation?" action="Delete" close={close} loading={remove.isPending} submit={() => remove.mutate(generation.id)}>
      <p>{files} will be gone for good. What it cost stays in your statement.</p>
      {remove.isError && <Notice title="It was not deleted" reference={toProblem(remove.error).code}><p>{toProblem(remove.error).message}</p></Notice>}
    </Dialog>
  )
}
