'use client'

import { PasswordInput, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { Button } from '@/ui/button.tsx'
import { AuthCard } from './auth-card.tsx'
import { AuthProblem } from './auth-problem.tsx'
import { withNext } from './sign-in-form.tsx'
import { useAuthForm } from './use-auth-form.ts'

const PASSWORD_LENGTH_MIN = 8

export function SignUpForm({ next }: { next: string | undefined }) {
  const [fields, setFields] = useState({ name: '', email: '', password: '' })
  const { send, sending, problem, waitSeconds } = useAuthForm('/api/auth/sign-up/email', next)
  const set = (field: keyof typeof fields) => (event: FormEvent<HTMLInputElement>) => {
    const { value } = event.currentTarget
    setFields((now) => ({ ...now, [field]: value }))
  }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send({ ...fields, name: fields.name.trim(), email: fields.email.trim() })
  }

  return (
    <AuthCard title="Create an account" intro="Ask for pictures and watch them arrive." other={{ question: 'Already have one?', label: 'Sign in', href: withNext('/sign-in', next) }}>
      <form onSubmit={submit}>
        <AuthProblem problem={problem} waitSeconds={waitSeconds} refused="This account could not be made. Check the details, or sign in if you already have one." />
        <TextInput label="Name" name="name" autoComplete="name" required withAsterisk={false} size="md" maxLength={100} value={fields.name} onChange={set('name')} />
        <TextInput label="E-mail" type="email" name="email" autoComplete="username" required withAsterisk={false} size="md" value={fields.email} onChange={set('email')} />
        <PasswordInput label="Password" name="password" autoComplete="new-password" description={`At least ${PASSWORD_LENGTH_MIN} characters. A sentence works well.`} minLength={PASSWORD_LENGTH_MIN} required withAsterisk={false} size="md" value={fields.password} onChange={set('password')} visibilityToggleButtonProps={{ 'aria-label': 'Show password', tabIndex: 0 }} />
        <Button type="submit" size="large" loading={sending} disabled={waitSeconds > 0}>Create account</Button>
      </form>
    </AuthCard>
  )
}
