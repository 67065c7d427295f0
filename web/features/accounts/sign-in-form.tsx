'use client'

import { PasswordInput, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { Button } from '@/ui/button.tsx'
import { AuthCard } from './auth-card.tsx'
import { AuthProblem } from './auth-problem.tsx'
import classes from './auth-card.module.css'
import { useApp } from './session.ts'
import { useAuthForm } from './use-auth-form.ts'

export function SignInForm({ next }: { next: string | undefined }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const { send, sending, problem, waitSeconds } = useAuthForm('/api/auth/sign-in/email', next)
  const demo = useApp().data?.demo

  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send({ email: email.trim(), password })
  }

  return (
    <AuthCard title="Sign in" intro="Your pictures and credits are waiting." other={{ question: 'New here?', label: 'Create an account', href: withNext('/sign-up', next) }}>
      {demo && (
        <div className={classes.demo}>
          <span>Try it: <code>{demo.email}</code> / <code>{demo.password}</code></span>
          <Button size="small" variant="plain" onClick={() => { setEmail(demo.email); setPassword(demo.password) }}>Fill in</Button>
        </div>
      )}
      <form onSubmit={submit}>
        <AuthProblem problem={problem} waitSeconds={waitSeconds} refused="This e-mail and password do not match." />
        <TextInput label="E-mail" type="email" name="email" autoComplete="username" required withAsterisk={false} size="md" value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
        <PasswordInput label="Password" name="password" autoComplete="current-password" required withAsterisk={false} size="md" value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': 'Show password', tabIndex: 0 }} />
        <Button type="submit" size="large" loading={sending} disabled={waitSeconds > 0}>Sign in</Button>
      </form>
    </AuthCard>
  )
}

export function withNext(path: string, next: string | undefined): string {
  return next === undefined ? path : `${path}?next=${encodeURIComponent(next)}`
}
