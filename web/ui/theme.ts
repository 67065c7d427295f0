import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

const ember: MantineColorsTuple = [
  '#fdf1ea', '#fbdccb', '#f9c0a0', '#fba673', '#fb8a4c', '#f0702b', '#dc5718', '#c2410c', '#a8380a', '#7f2b09',
]

/** The kit follows our tokens: it is told the names, and `tokens.css` alone knows the values. */
export const theme = createTheme({
  colors: { ember },
  primaryColor: 'ember',
  primaryShade: { light: 7, dark: 4 },
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 'var(--radius-control)',
  cursorType: 'pointer',
  respectReducedMotion: true,
})

const colors = {
  '--mantine-color-body': 'var(--background)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--muted)',
  '--mantine-color-placeholder': 'var(--muted)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-default': 'var(--panel)',
  '--mantine-color-default-hover': 'var(--raised)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-disabled': 'var(--raised)',
  '--mantine-color-disabled-color': 'var(--muted)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--accent)',
}

/** Colours are told for each scheme: the kit's own stand there, and outweigh whatever is told for both. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--mantine-font-size-sm': '14px', '--mantine-line-height': '1.5' },
  light: { ...colors, '--mantine-color-gray-4': 'var(--line-strong)' },
  dark: { ...colors, '--mantine-color-dark-6': 'var(--background)', '--mantine-color-dark-4': 'var(--line-strong)' },
})
