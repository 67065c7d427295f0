'use client'

import { useState } from 'react'
import { Button } from './button.tsx'
import { IconCheck, IconCopy } from './icons.ts'

/** Copies and says so. Without clipboard access (plain http) it falls back to the old way. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    setCopied(await copyText(text()))
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <Button variant="plain" size="small" icon={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />} onClick={() => void copy()}>
      <span aria-live="polite">{copied ? 'Copied' : label}</span>
    </Button>
  )
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.body.appendChild(document.createElement('textarea'))
    field.value = text
    field.select()
    const done = document.execCommand('copy')
    field.remove()
    return done
  }
}
