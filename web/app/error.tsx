'use client'

export { PageBroke as default } from '@/features/shell/page-broke.tsx'
