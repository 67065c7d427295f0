import type { Metadata } from 'next'
import { SignUpForm } from '@/features/accounts/sign-up-form.tsx'

export const metadata: Metadata = { title: 'Create an account' }

export default async function Page({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const { next } = await searchParams
  return <SignUpForm next={typeof next === 'string' ? next : undefined} />
}
