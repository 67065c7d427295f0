import { settings } from '../../src/config.ts'

/** The reference page of the settings, from their declarations. */
export function configurationPage(): string {
  const rows = settings.map(({ name, description, default: fallback, secret }) => {
    const value = fallback === '' ? '' : `\`${fallback}\``
    return `| \`${name}\` | ${value} | ${secret ? '**Secret.** ' : ''}${description} |`
  })
  return `# Settings

Generated from \`src/config.ts\` by \`npm run reference\`. All settings come from the environment, are checked together at the start, and an
unknown name that begins with \`COOLY_\` is refused. \`npm start -- --port 4000 --host 0.0.0.0\` sets \`PORT\` and \`HOST\` for one start.
A start that cannot be says why, names the setting, and ends with a [code](cli.md#how-a-command-ends) as a command does.

| Setting | Default | What it does |
|---|---|---|
${rows.join('\n')}
`
}
