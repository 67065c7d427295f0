/** The error codes a reference page explains: a heading each, the code in backticks. */
export function headedCodes(page: string): string[] {
  return [...page.matchAll(/^#{2,4} `([^`\n]+)`/gm)].map(([, code]) => code ?? '')
}

/** The settings a reference page explains: a heading each, or the first cell of a table's row. */
export function explainedSettings(page: string): string[] {
  return [...page.matchAll(/^(?:#{2,4} |\| *)`([A-Z][A-Z0-9_]*)`/gm)].map(([, name]) => name ?? '')
}

/** What stands on one side only, in words. Empty when code and page agree; a name given twice counts too. */
export function differences(inCode: readonly string[], onPage: readonly string[]): string[] {
  const missing = inCode.filter((name) => !onPage.includes(name)).map((name) => `${name} is not on the page`)
  const extra = onPage.filter((name) => !inCode.includes(name)).map((name) => `${name} is on the page, not in the code`)
  const doubled = onPage.filter((name, index) => onPage.indexOf(name) !== index).map((name) => `${name} is explained twice`)
  return [...missing, ...extra, ...doubled]
}
