'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { type PictureField, refuseFile, roomIn } from './picture-field.ts'
import { sendPicture } from './send-picture.ts'

/** A file on its way, or one that was not taken. */
export interface Outgoing {
  key: string
  field: PictureField['id']
  name: string
  /** From 0 to 1. */
  part: number
  /** Why it was not taken; null while it is on its way. */
  problem: string | null
}

/** Files so far: what each is known by in its tab. `crypto.randomUUID` is not there on plain http. */
let count = 0

/** Sends files into the fields that have room, the first one first, and keeps what was not taken in sight until somebody puts it away. */
export function useSending(fields: readonly PictureField[], onBusy: (busy: boolean) => void) {
  const [outgoing, setOutgoing] = useState<Outgoing[]>([])
  const stops = useRef(new Map<string, () => void>())
  /** What the fields hold by now: a file arrives long after it was chosen. */
  const latest = useRef(fields)
  useEffect(() => {
    latest.current = fields
  })
  const isBusy = outgoing.some(({ problem }) => problem === null)
  useEffect(() => onBusy(isBusy), [isBusy, onBusy])
  useEffect(() => {
    const running = stops.current
    return () => {
      for (const stop of running.values()) stop()
      onBusy(false)
    }
  }, [onBusy])

  const update = useCallback((key: string, part: Partial<Outgoing>) => setOutgoing((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one))), [])
  const forget = useCallback((key: string) => {
    stops.current.get(key)?.()
    stops.current.delete(key)
    setOutgoing((all) => all.filter((one) => one.key !== key))
  }, [])

  const send = useCallback((field: PictureField['id'], file: File) => {
    const key = String(count += 1)
    const problem = refuseFile(file)
    setOutgoing((all) => [...all, { key, field, name: file.name, part: 0, problem }])
    if (problem !== null) return
    const { id, stop } = sendPicture(file, (part) => update(key, { part }))
    stops.current.set(key, stop)
    id.then(
      (upload) => {
        forget(key)
        const into = latest.current.find((one) => one.id === field)
        if (into === undefined || into.names.length >= into.max) return
        const names = [...into.names, upload]
        // Another one may arrive before this is shown.
        latest.current = latest.current.map((one) => (one === into ? { ...one, names } : one))
        into.change(names)
        announce(`${file.name} was added: ${into.label}.`)
      },
      (error: unknown) => update(key, { problem: toProblem(error).message }),
    )
  }, [forget, update])

  /** Into one field, or into whichever has room. Answers how many found none. */
  const add = useCallback((files: readonly File[], only?: PictureField['id']): number => {
    const rooms = latest.current.filter(({ id }) => only === undefined || id === only).map((field) => ({ id: field.id, room: roomIn(field, outgoing.filter((one) => one.field === field.id && one.problem === null).length) }))
    let left = 0
    for (const file of files) {
      const place = rooms.find(({ room }) => room > 0)
      if (place === undefined) left += 1
      else {
        place.room -= 1
        send(place.id, file)
      }
    }
    return left
  }, [outgoing, send])

  return { outgoing, add, forget }
}
