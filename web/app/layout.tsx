import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { schemeScript } from '@/ui/scheme-script.ts'
import { Providers } from './providers.tsx'
import '@/ui/layers.css'
import '@/ui/tokens.css'
import '@/ui/base.css'

export const metadata: Metadata = {
  title: { default: 'Cooly', template: '%s · Cooly' },
  description: 'Ask for pictures, watch them arrive, and see exactly what they cost.',
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fafaf9' },
    { media: '(prefers-color-scheme: dark)', color: '#131211' },
  ],
}

/** Reads the request's nonce, which also makes every page dynamic: a prerendered page could not carry one. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    <html lang="en" data-mantine-color-scheme="light" suppressHydrationWarning>
      <head>
        <script nonce={nonce} dangerouslySetInnerHTML={{ __html: schemeScript }} suppressHydrationWarning />
      </head>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  )
}
