/** What providers cost and how they fare, in a real browser, against the product as `npm start` runs it. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { demoPerson } from '#domains/accounts'
import { type Look, type Person, Site } from '#test/browser'
import { Client, type GenerationBody } from '#test/client'

const operator = { email: 'operator@example.com', password: 'a-password-of-its-own' }
const site = Site.of({ SIMULATOR_LATENCY_MS: '0', COOLY_ADMIN_EMAIL: operator.email, COOLY_ADMIN_PASSWORD: operator.password, COOLY_DEMO: 'true' })
const { skip } = site

async function openAs(t: TestContext, person: Person, look: Look, path: string) {
  const opened = await site.openPage(t, { height: 800, ...look })
  await site.signIn(opened.page, path, person)
  return opened
}

async function demoClient(): Promise<Client> {
  const client = new Client(site.address)
  await client.signIn(demoPerson.email, demoPerson.password)
  return client
}

async function made(client: Client, model: string, prompt: string): Promise<GenerationBody> {
  const { id } = await client.json<GenerationBody>('POST', `/api/images/${model}/generate`, { body: { prompt } })
  return client.ended(id)
}

function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

test('where nothing was called yet, the figures say so', { skip }, async (t) => {
  const { page, complaints } = await openAs(t, operator, { width: 1280, colorScheme: 'light' }, '/admin/usage')
  await page.getByRole('heading', { name: 'Nothing was called' }).waitFor()
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Providers' }).click()
  await page.getByText('Nothing was called in the last 24 hours.').waitFor()
  assert.deepEqual(complaints, [])
})

test('what another model made says so, with the reason, on its page and in the history', { skip }, async (t) => {
  const client = await demoClient()
  const { id, status } = await made(client, 'seedream-5', 'A lamp [[fault:500@1]] [[fault:500@2]] [[fault:500@3]]')
  assert.equal(status, 'succeeded')
  const { page, complaints } = await openAs(t, demoPerson, { width: 1280, colorScheme: 'dark' }, `/generations/${id}`)
  await page.getByText('Made by Seedream 4.5, because Seedream 5.0 could not make it.').waitFor()
  await page.goto(`${site.address}/history`)
  await page.getByText('Made by seedream-4-5 for seedream-5').waitFor()
  assert.deepEqual(complaints, [])
})

test('how calls went is told by provider and model, and a provider is stopped, limited and called again', { skip }, async (t) => {
  const client = await demoClient()
  await made(client, 'seedream4', 'A boat')
  assert.equal((await made(client, 'seedream4', 'A boat [[fault:bad-asset]]')).status, 'failed')
  const { page, complaints } = await openAs(t, operator, { width: 1440, colorScheme: 'light' }, '/admin/providers')
  const providers = page.getByRole('region', { name: 'Providers' })
  const row = providers.getByRole('row').filter({ hasText: /^bytedance ?image/ })
  await row.getByText('the result was no picture or video').waitFor()
  await row.getByRole('img', { name: /^In 24 hours: \d+ calls, \d+ failed/ }).waitFor()
  await page.getByRole('region', { name: 'Models' }).getByRole('row').filter({ hasText: 'seedream4' }).getByText('33 % of 3').first().waitFor()

  await row.getByRole('button', { name: 'Pause bytedance' }).click()
  await row.getByText('until somebody resumes it').waitFor()
  await row.getByRole('button', { name: 'Resume bytedance' }).click()
  await row.getByText('called').waitFor()
  await page.getByLabel('Calls of bytedance at a time, image').fill('3')
  await page.keyboard.press('Enter')
  await row.getByText('0 of 3').waitFor()
  await row.getByRole('button', { name: 'No limit' }).click()
  await row.getByText('of any number').waitFor()
  assert.deepEqual(complaints, [])
})

test('what calls cost is shown as a chart, as a table, by model, with its waste, and as a file', { skip }, async (t) => {
  const { page, complaints } = await openAs(t, operator, { width: 1280, colorScheme: 'dark' }, '/admin/usage')
  await page.getByRole('img', { name: /^Cost by day\. Most on / }).waitFor()
  await page.getByText(/calls were answered by the simulator and cost nothing/).waitFor()
  await page.getByRole('table', { name: 'What was paid for nothing, and why' }).getByText('The result was no picture or video').waitFor()
  await page.getByRole('radio', { name: 'By model' }).check()
  await page.getByText('seedream-4-5').waitFor()
  await page.getByRole('radio', { name: 'Table' }).check()
  const line = page.getByRole('table', { name: 'What calls to providers cost' }).getByRole('row').filter({ hasText: 'seedream-4-5' })
  await line.getByRole('cell', { name: '$0.04', exact: true }).waitFor()
  assert.match(page.url(), /by=model/)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV' }).click()
  assert.equal((await download).suggestedFilename(), 'provider-usage.csv')
  assert.deepEqual(complaints, [])
})

test('a viewer sees it all and decides nothing', { skip }, async (t) => {
  const viewer = { email: 'viewer@example.com', password: 'a-password-of-its-own' }
  const id = await new Client(site.address).signUp(viewer.email, viewer.password)
  const admin = new Client(site.address)
  await admin.signIn(operator.email, operator.password)
  await admin.fetch('POST', `/api/admin/users/${id}/role`, { body: { role: 'viewer', reason: 'looks only' } })
  const { page, complaints } = await openAs(t, viewer, { width: 1280, colorScheme: 'light' }, '/admin/providers')
  await page.getByRole('region', { name: 'Providers' }).getByRole('row').filter({ hasText: /^bytedance ?image/ }).waitFor()
  assert.equal(await page.getByRole('button', { name: /Pause|Set/ }).count(), 0)
  assert.deepEqual(complaints, [])
})

test('on a small phone nothing is cut off, in the dark neither', { skip }, async (t) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, complaints } = await openAs(t, operator, { width: 360, colorScheme }, '/admin/providers')
    await page.getByLabel('Calls of bytedance at a time, image').waitFor()
    for (const width of [360, 768, 1024, 1240]) {
      await page.setViewportSize({ width, height: 800 })
      assert.equal(await overflow(page), 0, `${width}`)
    }
    await page.setViewportSize({ width: 360, height: 800 })
    await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Usage' }).click()
    await page.getByRole('img', { name: /^Cost by day/ }).waitFor()
    assert.equal(await overflow(page), 0)
    await page.getByRole('radio', { name: 'Table' }).check()
    await page.getByRole('table', { name: 'What calls to providers cost' }).waitFor()
    assert.equal(await overflow(page), 0)
    assert.deepEqual(complaints, [])
  }
})
