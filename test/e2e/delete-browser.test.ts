/** Deleting in a real browser, by keyboard, and what the app says of files that are not kept for ever. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { demoPerson } from '#domains/accounts'
import { type Db, openDatabase, sql } from '#platform/db'
import { createClone, withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'
import { ServerProcess } from '#test/process'
import { chromiumPath } from '#test/services'

const found = chromiumPath()
const skip = 'missing' in found ? found.missing : withoutPostgres
const dataDirectory = mkdtempSync(join(tmpdir(), 'cooly-delete-browser-'))
const closers: (() => Promise<unknown>)[] = []
let address: string
let browser: Browser
let db: Db

before(async () => {
  if ('missing' in found || skip !== false) return
  execFileSync(process.execPath, [new URL('../../scripts/build-web.ts', import.meta.url).pathname])
  const { url, drop } = await createClone()
  closers.push(drop)
  db = await openDatabase({ url, directory: null, connectionsMax: 2, onIdleError: () => undefined })
  closers.push(() => db.close())
  const server = new ServerProcess({ DATABASE_URL: url, COOLY_DATA_DIR: dataDirectory, COOLY_WEB: 'true', SIMULATOR_LATENCY_MS: '0', COOLY_RETENTION_DAYS: 'free=30' })
  closers.push(() => server.end('SIGTERM'))
  address = await server.ready()
  browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'] })
  closers.push(() => browser.close())
})

after(async () => {
  for (const close of closers.toReversed()) await close()
  rmSync(dataDirectory, { recursive: true, force: true })
})

async function signedIn(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${address}/`)
  await page.waitForURL('**/sign-in**')
  await page.getByLabel('E-mail').fill(demoPerson.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(demoPerson.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Studio' }).waitFor()
  return page
}

/** Asks for a picture and waits for its end, which is the end of its events. */
async function make(page: Page, prompt: string): Promise<string> {
  const accepted = await page.request.post(`${address}/api/images/seedream4/generate`, { data: { prompt, size: '1K' }, headers: { origin: address } })
  const { id } = (await accepted.json()) as { id: string }
  await page.request.get(`${address}/api/generations/${id}/events`)
  return id
}

const statusOf = async (page: Page, id: string) => (await page.request.get(`${address}/api/generations/${id}`)).status()
const articles = (page: Page) => page.getByRole('list', { name: 'Generations' }).getByRole('article')
const overflow = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
/** Waits until what has the focus is this. */
const focusIs = (page: Page, expression: string) => page.waitForFunction(`document.activeElement?.matches(${JSON.stringify(expression)})`)

test('generations are deleted from the history and from their page, by keyboard, and other tabs follow', { skip }, async (t) => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme: 'light' })
  t.after(() => context.close())
  const page = await signedIn(context)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  const [first, second, third] = [await make(page, 'The first kite'), await make(page, 'The second kite'), await make(page, 'The third kite')]
  const other = await context.newPage()
  await other.goto(`${address}/history`)
  await articles(other).nth(2).waitFor()

  await page.goto(`${address}/history`)
  await articles(page).nth(2).waitFor()
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }).format(new Date(Date.now() + 30 * 86_400_000))
  await articles(page).first().getByText(`Kept until ${day}`).waitFor()
  assert.equal(await overflow(page), 0)

  const button = page.getByRole('button', { name: 'Delete: The second kite' })
  await button.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Delete this generation?' }).getByText('It and its picture will be gone for good. What it cost stays in your statement.').waitFor()
  assert.equal(await overflow(page), 0)
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
  assert.equal(await button.evaluate((element) => element.matches(':focus')), true, 'who thinks better of it is where they were')
  assert.equal(await statusOf(page, second), 200)

  // Without an answer the dialog stays and says so; with one the list is shorter, here and elsewhere, and the focus at the next.
  await page.keyboard.press('Enter')
  await page.route('**/api/generations/*', (route) => (route.request().method() === 'DELETE' ? route.abort() : route.fallback()))
  const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete' })
  await confirm.press('Enter')
  await page.getByRole('dialog').getByText('It was not deleted').waitFor()
  await page.unroute('**/api/generations/*')
  await confirm.press('Enter')
  await page.locator('dialog').waitFor({ state: 'detached' })
  await focusIs(page, `a[href="/generations/${first}"]`)
  assert.equal(await articles(page).count(), 2)
  assert.equal(await statusOf(page, second), 404)
  await other.getByText('The second kite').waitFor({ state: 'detached' })
  assert.equal(await articles(other).count(), 2)

  await other.goto(`${address}/generations/${first}`)
  await other.getByRole('heading', { name: 'Recipe' }).waitFor()
  await page.goto(`${address}/generations/${first}`)
  await page.getByRole('button', { name: 'Delete' }).press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter')
  await page.waitForURL('**/history')
  await focusIs(page, '#content')
  await page.getByText('The first kite').waitFor({ state: 'detached' })
  await other.getByRole('heading', { name: 'No such generation' }).waitFor()
  await page.goto(`${address}/generations/${first}`)
  await page.getByRole('heading', { name: 'No such generation' }).waitFor()

  await page.goto(`${address}/history`)
  await page.getByRole('button', { name: 'Delete: The third kite' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'Nothing made yet' }).waitFor()
  await focusIs(page, '#content')
  assert.equal(await statusOf(page, third), 404)
  assert.deepEqual(complaints, [])
  await assertBooks(db)
})

test('files past their time are called removed, with what they were and cost; a failed order is asked for again as itself', { skip }, async (t) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' })
  t.after(() => context.close())
  const page = await signedIn(context)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  const id = await make(page, 'A kite of long ago')
  await db.query(sql`update generation_sessions set outputs_removed_at = now(), outputs_kept_days = 30 where id = ${id}`)
  await page.goto(`${address}/history`)
  await articles(page).first().getByText('Removed after 30 days').waitFor()
  assert.match(await articles(page).first().innerText(), /Done[^]*1 credit/)
  await page.goto(`${address}/generations/${id}`)
  await page.getByRole('list', { name: 'Pictures' }).getByText('Removed after 30 days').waitFor()
  await page.getByText('Were you charged? Yes, 1 credit.').waitFor()
  await page.getByText('for what was delivered').waitFor()

  await page.goto(`${address}/`)
  await page.getByRole('radio', { name: '1 picture' }).check()
  await page.getByRole('textbox', { name: 'Prompt' }).fill('A torn kite [[fault:refuse-input]]')
  const sent = page.waitForResponse('**/generate')
  await page.getByRole('button', { name: 'Generate · 1 credit' }).click()
  const failed = (await (await sent).json()) as { id: string }
  const repeated = page.waitForResponse(`**/api/generations/${failed.id}/retry`)
  await page.getByRole('button', { name: 'Try again · 1 credit' }).first().click()
  const again = (await (await repeated).json()) as { id: string; retriedFrom: string }
  assert.equal(again.retriedFrom, failed.id)
  await page.goto(`${address}/generations/${again.id}`)
  await page.getByRole('link', { name: 'an earlier one' }).click()
  await page.waitForURL(`**/generations/${failed.id}`)
  assert.deepEqual(complaints, [])
  await page.request.get(`${address}/api/generations/${again.id}/events`)
  await assertBooks(db)
})
