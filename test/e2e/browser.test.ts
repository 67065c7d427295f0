/**
 * The newcomer's path in a real browser, against the product as `npm start` runs it: own process, embedded database, simulator in its
 * process, the built web app on the same address.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { demoPerson } from '#domains/accounts'
import { ServerProcess } from '#test/process'
import { chromiumPath } from '#test/services'

const found = chromiumPath()
const skip = 'missing' in found ? found.missing : false
const dataDirectory = mkdtempSync(join(tmpdir(), 'cooly-browser-'))
let server: ServerProcess
let address: string
let browser: Browser

before(async () => {
  if ('missing' in found) return
  // The same step as at the start; done here so that its time is not the server's.
  execFileSync(process.execPath, [new URL('../../scripts/build-web.ts', import.meta.url).pathname])
  server = new ServerProcess({ COOLY_DATA_DIR: dataDirectory, COOLY_WEB: 'true', SIMULATOR_LATENCY_MS: '1500' })
  address = await server.ready()
  browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'] })
})

after(async () => {
  await browser?.close()
  await server?.end('SIGTERM')
  rmSync(dataDirectory, { recursive: true, force: true })
})

async function openPage(t: { after(hook: () => Promise<void>): void }, options: { width: number; height: number; colorScheme: 'dark' | 'light' }): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: options.width, height: options.height }, colorScheme: options.colorScheme })
  t.after(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  // A visitor's first question who he is answers 401; that is the answer, not a fault.
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('401') && complaints.push(message.text()))
  return { page, complaints }
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${address}/`)
  await page.waitForURL('**/sign-in**')
  await page.getByLabel('E-mail').fill(demoPerson.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(demoPerson.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Studio' }).waitFor()
}

/** Pictures that have arrived and been decoded. */
function loadedPictures(page: Page): Locator {
  return page.locator('img[data-loaded=true]')
}

function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

test('somebody signs in, asks for four pictures, sees them arrive, and has exactly four credits less', { skip }, async (t) => {
  const { page, complaints } = await openPage(t, { width: 1440, height: 900, colorScheme: 'dark' })
  await signIn(page)
  await page.getByRole('link', { name: 'Balance: 1,000 credits available' }).waitFor()
  await page.getByRole('textbox', { name: 'Prompt' }).fill('A red fox in the snow at first light')
  await page.getByRole('button', { name: 'Generate · 4 credits' }).click()

  // The tiles stand with their final shape before the first picture is there.
  const list = page.getByRole('list', { name: 'Pictures' }).first()
  await list.waitFor()
  const waiting = await list.boundingBox()
  await loadedPictures(page).nth(3).waitFor()
  assert.equal(await loadedPictures(page).count(), 4)
  const arrived = await list.boundingBox()
  assert.deepEqual([arrived?.width, arrived?.height], [waiting?.width, waiting?.height], 'nothing moves when pictures arrive')

  await page.getByRole('link', { name: 'Balance: 996 credits available' }).waitFor()
  assert.deepEqual(complaints, [])

  await page.goto(`${address}/credits`)
  const taken = page.getByRole('row').filter({ hasText: '−4' })
  await taken.waitFor()
  assert.match(await taken.innerText(), /996/)

  // The statement leads to the generation, and the generation explains its time.
  await taken.getByRole('link').first().click()
  await page.getByRole('heading', { name: 'Timing' }).waitFor()
  await page.getByText('Transfer · picture 4').waitFor()
  await loadedPictures(page).nth(3).waitFor()
  await page.goto(`${address}/history`)
  await page.getByText('A red fox in the snow at first light').first().waitFor()
  assert.deepEqual(complaints, [])
})

test('on a phone and by keyboard alone it works too, and nothing is wider than the screen', { skip }, async (t) => {
  const { page, complaints } = await openPage(t, { width: 360, height: 740, colorScheme: 'light' })
  await signIn(page)
  await page.getByRole('textbox', { name: 'Prompt' }).focus()
  await page.keyboard.type('A lighthouse at dusk')
  await page.keyboard.press('Control+Enter')
  await loadedPictures(page).nth(3).waitFor()
  assert.equal(await overflow(page), 0)
  for (const path of ['/history', '/credits']) {
    await page.goto(`${address}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    assert.equal(await overflow(page), 0, path)
  }
  assert.deepEqual(complaints, [])
})

test('who is not signed in is asked to, and comes back to the page that was wanted', { skip }, async (t) => {
  const { page } = await openPage(t, { width: 1024, height: 768, colorScheme: 'dark' })
  await page.goto(`${address}/credits`)
  await page.waitForURL('**/sign-in**')
  await page.getByLabel('E-mail').fill(demoPerson.email)
  await page.getByRole('textbox', { name: 'Password' }).fill('wrong-password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').filter({ hasText: /\w/ }).first().waitFor()
  await page.getByRole('textbox', { name: 'Password' }).fill(demoPerson.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/credits')
})
