/** Deleting in a real browser, by keyboard, and what the app says of files that are not kept for ever. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type Db, openDatabase, sql } from '#platform/db'
import { Site } from '#test/browser'
import { createClone, withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'

let db: Db
const closers: (() => Promise<unknown>)[] = []
const site = Site.of(async () => {
  const { url, drop } = await createClone()
  db = await openDatabase({ url, directory: null, connectionsMax: 2, onIdleError: () => undefined })
  closers.push(() => db.close(), drop)
  return { DATABASE_URL: url, SIMULATOR_LATENCY_MS: '0', COOLY_RETENTION_DAYS: 'free=30' }
}, withoutPostgres)
const { skip } = site
// After the server has gone.
after(async () => {
  for (const close of closers) await close()
})

/** Asks for a picture and waits for its end, which is the end of its events. */
async function make(page: Page, prompt: string): Promise<string> {
  const accepted = await page.request.post(`${site.address}/api/images/seedream4/generate`, { data: { prompt, size: '1K' }, headers: { origin: site.address } })
  const { id } = (await accepted.json()) as { id: string }
  await page.request.get(`${site.address}/api/generations/${id}/events`)
  return id
}

const statusOf = async (page: Page, id: string) => (await page.request.get(`${site.address}/api/generations/${id}`)).status()
const articles = (page: Page) => page.getByRole('list', { name: 'Generations' }).getByRole('article')
const overflow = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
/** Waits until what has the focus is this. */
const focusIs = (page: Page, expression: string) => page.waitForFunction(`document.activeElement?.matches(${JSON.stringify(expression)})`)

test('generations are deleted from the history and from their page, by keyboard, and other tabs follow', { skip }, async (t) => {
  const { page, complaints } = await site.openPage(t, { width: 360, height: 740, colorScheme: 'light' }, /40[14]|ERR_FAILED/)
  await site.signIn(page)
  const [first, second, third] = [await make(page, 'The first kite'), await make(page, 'The second kite'), await make(page, 'The third kite')]
  const other = await page.context().newPage()
  await other.goto(`${site.address}/history`)
  await articles(other).nth(2).waitFor()

  await page.goto(`${site.address}/history`)
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

  await other.goto(`${site.address}/generations/${first}`)
  await other.getByRole('heading', { name: 'Recipe' }).waitFor()
  await page.goto(`${site.address}/generations/${first}`)
  await page.getByRole('button', { name: 'Delete' }).press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter')
  await page.waitForURL('**/history')
  await focusIs(page, '#content')
  await page.getByText('The first kite').waitFor({ state: 'detached' })
  await other.getByRole('heading', { name: 'No such generation' }).waitFor()
  await page.goto(`${site.address}/generations/${first}`)
  await page.getByRole('heading', { name: 'No such generation' }).waitFor()

  await page.goto(`${site.address}/history`)
  await page.getByRole('button', { name: 'Delete: The third kite' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'Nothing made yet' }).waitFor()
  await focusIs(page, '#content')
  assert.equal(await statusOf(page, third), 404)
  assert.deepEqual(complaints, [])
  await assertBooks(db)
})

test('files past their time are called removed, with what they were and cost; a failed order is asked for again as itself', { skip }, async (t) => {
  const { page, complaints } = await site.openPage(t, { width: 1280, height: 800, colorScheme: 'dark' }, /40[14]/)
  await site.signIn(page)
  const id = await make(page, 'A kite of long ago')
  // Whoever looks while they go is told so, and not that they are safe.
  const gone = Promise.withResolvers<void>()
  await page.route('**/api/assets/**', async (route) => {
    await gone.promise
    await route.fulfill({ status: 404 })
  })
  await page.goto(`${site.address}/generations/${id}`, { waitUntil: 'commit' })
  await page.getByRole('link', { name: 'Download picture 1 of 1' }).waitFor()
  await db.query(sql`update generation_sessions set outputs_removed_at = now(), outputs_kept_days = 30 where id = ${id}`)
  gone.resolve()
  await page.getByRole('list', { name: 'Pictures' }).getByText('Removed after 30 days').waitFor()
  await page.unroute('**/api/assets/**')
  await page.goto(`${site.address}/history`)
  await articles(page).first().getByText('Removed after 30 days').waitFor()
  assert.match(await articles(page).first().innerText(), /Done[^]*1 credit/)
  await page.goto(`${site.address}/generations/${id}`)
  await page.getByRole('list', { name: 'Pictures' }).getByText('Removed after 30 days').waitFor()
  await page.getByText('Were you charged? Yes, 1 credit.').waitFor()
  await page.getByText('for what was delivered').waitFor()

  await page.goto(`${site.address}/`)
  await page.getByRole('radio', { name: '1 picture' }).check()
  await page.getByRole('textbox', { name: 'Prompt' }).fill('A torn kite [[fault:refuse-input]]')
  const sent = page.waitForResponse('**/generate')
  await page.getByRole('button', { name: 'Generate · 1 credit' }).click()
  const failed = (await (await sent).json()) as { id: string }
  const repeated = page.waitForResponse(`**/api/generations/${failed.id}/retry`)
  await page.getByRole('button', { name: 'Try again · 1 credit' }).first().click()
  const again = (await (await repeated).json()) as { id: string; retriedFrom: string }
  assert.equal(again.retriedFrom, failed.id)
  await page.goto(`${site.address}/generations/${again.id}`)
  await page.getByRole('link', { name: 'an earlier one' }).click()
  await page.waitForURL(`**/generations/${failed.id}`)
  assert.deepEqual(complaints, [])
  await page.request.get(`${site.address}/api/generations/${again.id}/events`)
  await assertBooks(db)
})
