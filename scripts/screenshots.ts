/** `npm run screenshots`: makes the pictures of the README from the running product, with its own simulator at its real pace. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Locator, type Page } from 'playwright-core'
import { demoPerson } from '#domains/accounts'
import { ServerProcess } from '#test/process'
import { openChromium } from './services/chromium.ts'

const images = new URL('../docs/images/', import.meta.url).pathname
const service = await openChromium((line) => console.log(line))
if ('missing' in service) throw new Error(`no Chromium: ${service.missing}`)

const dataDirectory = mkdtempSync(join(tmpdir(), 'cooly-screenshots-'))
const server = new ServerProcess({ COOLY_DATA_DIR: dataDirectory, COOLY_WEB: 'true' })
const address = await server.ready()
const browser = await chromium.launch({ executablePath: service.value, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] })
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' })
  const shoot = (name: string, fullPage = false) => page.screenshot({ path: join(images, `${name}.jpg`), type: 'jpeg', quality: 82, fullPage })
  await page.goto(`${address}/sign-in`)
  await page.getByLabel('E-mail').fill(demoPerson.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(demoPerson.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await generate(page, 'A lighthouse in a storm at dusk, waves breaking, oil on canvas')
  await done(page, 'A lighthouse').waitFor()
  await generate(page, 'A red fox in the snow at first light, long lens')
  // Some are there, some are still being made: the moment the studio is about.
  await run(page, 'A red fox').locator('img[data-loaded=true]').nth(1).waitFor()
  await page.evaluate('window.scrollTo(0, 0)')
  await shoot('studio')
  await done(page, 'A red fox').waitFor()
  await page.goto(`${address}/history`)
  await page.locator('main a[href^="/generations/"]').first().click()
  await page.getByRole('heading', { name: 'Timing' }).waitFor()
  await page.locator('img[data-loaded=true]').nth(3).waitFor()
  await shoot('generation', true)
  await page.goto(`${address}/credits`)
  await page.getByRole('row').filter({ hasText: '−4' }).first().waitFor()
  await shoot('credits')
} finally {
  await browser.close()
  await server.end('SIGTERM')
  rmSync(dataDirectory, { recursive: true })
}

function run(page: Page, prompt: string): Locator {
  return page.getByRole('article', { name: `Generation: ${prompt}` })
}

function done(page: Page, prompt: string): Locator {
  return run(page, prompt).and(page.locator('[data-status=succeeded]'))
}

async function generate(page: Page, prompt: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt)
  await page.getByRole('button', { name: /^Generate/ }).click()
}
