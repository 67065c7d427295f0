/** The operator's console in a real browser, against the product as `npm start` runs it. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { demoPerson } from '#domains/accounts'
import { type Look, type Person, Site } from '#test/browser'
import { Client } from '#test/client'

const operator = { email: 'operator@example.com', password: 'a-password-of-its-own' }
/** One picture whose first call is refused, which is not repeated; the second succeeds. Faults of the provider would open its breaker. */
const ILL = '[[fault:refuse-input@1]]'
const FAILURES = 10
const site = Site.of({ SIMULATOR_LATENCY_MS: '0', COOLY_ADMIN_EMAIL: operator.email, COOLY_ADMIN_PASSWORD: operator.password, COOLY_DEMO: 'true' })
const { skip } = site

async function openAs(t: TestContext, person: Person, look: Look, path = '/admin/dlq/messages') {
  const opened = await site.openPage(t, look)
  await site.signIn(opened.page, path, person)
  return opened
}

async function demoClient(): Promise<Client> {
  const client = new Client(site.address)
  await client.signIn(demoPerson.email, demoPerson.password)
  return client
}

async function fail(client: Client, count: number, prompt = `A paper boat ${ILL}`): Promise<string[]> {
  const asked = await Promise.all(Array.from({ length: count }, () => client.generate({ prompt, n: 1, size: '1K' })))
  for (const { id } of asked) assert.equal((await client.ended(id)).status, 'failed')
  return asked.map(({ id }) => id)
}

function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

test('ten that failed for good are tried again with one click, and succeed', { skip }, async (t) => {
  const client = await demoClient()
  const before = (await client.credits()).available
  const ids = await fail(client, FAILURES)
  assert.equal((await client.credits()).available, before, 'what failed has cost nothing')

  const { page, complaints } = await openAs(t, operator, { width: 1440, height: 900, colorScheme: 'dark' })
  // The figures stand on the button before it is pressed.
  const button = page.getByRole('button', { name: 'Retry all · 10 · 10 credits' })
  await button.waitFor()
  await page.getByRole('heading', { name: 'provider.content_rejected' }).waitFor()
  await page.getByRole('button', { name: 'Show the letters' }).click()
  await page.getByText(/••• \d+ characters · 1 picture · 1K/).first().waitFor()
  assert.equal(await page.getByText('paper boat').count(), 0, 'what people wrote is covered')

  await button.click()
  await page.getByText('Done: 10 of 10 tried again, 10 credits held').first().waitFor()
  await page.getByRole('heading', { name: 'Nothing failed for good' }).waitFor()
  for (const id of ids) assert.equal((await client.ended(id)).status, 'succeeded')
  assert.equal((await client.credits()).available, before - FAILURES)

  await page.getByLabel('Which').selectOption('retried')
  await page.getByText('10 dead letters of 1 cause').waitFor()
  assert.deepEqual(complaints, [])
})

test('a person sees the page of a failed generation turn into a picture', { skip }, async (t) => {
  const client = await demoClient()
  const [id] = await fail(client, 1)
  const { page, complaints } = await openAs(t, demoPerson, { width: 1280, height: 800, colorScheme: 'light' }, `/generations/${id}`)
  await page.getByText('Nothing was charged').first().waitFor()
  const admin = new Client(site.address)
  await admin.signIn(operator.email, operator.password)
  const { items } = await admin.json<{ items: { id: string; generationId: string }[] }>('GET', '/api/admin/dlq/messages')
  await admin.json('POST', `/api/admin/dlq/messages/${items.find(({ generationId }) => generationId === id)!.id}/retry`)
  await page.locator('img[data-loaded=true]').first().waitFor()
  assert.deepEqual(complaints, [])
})

test('one is edited and tried again, one discarded with a reason, the rest deleted when their number is typed', { skip }, async (t) => {
  const client = await demoClient()
  await fail(client, 4, 'A boat in a forbidden harbour')
  const { page, complaints } = await openAs(t, operator, { width: 1280, height: 800, colorScheme: 'light' })
  await page.getByRole('button', { name: 'Show the letters' }).click()
  await page.getByRole('button', { name: 'Edit…' }).first().click()
  const prompt = page.getByRole('textbox', { name: 'Prompt' })
  await prompt.waitFor()
  assert.equal(await prompt.inputValue(), 'A boat in a forbidden harbour')
  await prompt.fill('A boat in a quiet harbour')
  await page.getByRole('dialog').getByRole('button', { name: 'Retry · 1 credit' }).click()
  await page.getByText('3 dead letters of 1 cause').waitFor()

  await page.getByRole('button', { name: 'Discard…' }).first().click()
  const discard = page.getByRole('dialog').getByRole('button', { name: 'Discard' })
  assert.equal(await discard.isDisabled(), true)
  await page.getByLabel('Why').fill('asked for what the rules forbid')
  await discard.click()
  await page.getByText('2 dead letters of 1 cause').waitFor()

  await page.getByRole('button', { name: 'Delete these…' }).click()
  const remove = page.getByRole('dialog').getByRole('button', { name: 'Delete 2 dead letters' })
  await page.getByLabel('Type 2 to confirm').fill('3')
  assert.equal(await remove.isDisabled(), true)
  await page.getByLabel('Type 2 to confirm').fill('2')
  await remove.click()
  await page.getByRole('heading', { name: 'Nothing failed for good' }).waitFor()
  assert.deepEqual(complaints, [])
})

test('queues and workers are live, and can be steered', { skip }, async (t) => {
  const { page, complaints } = await openAs(t, operator, { width: 1440, height: 900, colorScheme: 'light' }, '/admin/queues')
  const row = page.getByRole('row').filter({ hasText: /^image/ })
  await row.getByText('open').waitFor()
  await page.getByRole('region', { name: 'Workers' }).getByText('running').waitFor()
  await page.getByRole('button', { name: 'Pause image' }).click()
  await row.getByText('paused').waitFor()
  const client = await demoClient()
  const { id } = await client.generate({ prompt: 'A lamp', n: 1, size: '1K' })
  await row.getByRole('cell', { name: '1', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Resume image' }).click()
  assert.equal((await client.ended(id)).status, 'succeeded')
  await row.getByText('empty').waitFor()
  await page.getByLabel('Places of image in each worker').fill('3')
  await page.keyboard.press('Enter')
  await row.getByText('3 each').waitFor()
  assert.deepEqual(complaints, [])
})

test('the console is for its operators: others find nothing, and no way there', { skip }, async (t) => {
  const { page } = await openAs(t, demoPerson, { width: 1280, height: 800, colorScheme: 'light' })
  await page.getByRole('heading', { name: 'This is the operator\'s console' }).waitFor()
  assert.equal(await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Console' }).count(), 0)
})

test('on a small phone nothing is cut off, in the dark neither, and the keyboard reaches everything', { skip }, async (t) => {
  const client = await demoClient()
  await fail(client, 2)
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, complaints } = await openAs(t, operator, { width: 360, height: 740, colorScheme })
    await page.getByRole('button', { name: 'Show the letters' }).first().click()
    await page.getByRole('table').first().waitFor()
    assert.equal(await overflow(page), 0)
    await page.keyboard.press('g')
    await page.keyboard.press('h')
    await page.waitForURL('**/history')
    await page.keyboard.press('g')
    await page.keyboard.press('o')
    await page.waitForURL('**/admin/dlq/messages')
    await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Queues' }).click()
    await page.getByRole('button', { name: 'Pause image' }).waitFor()
    assert.equal(await overflow(page), 0)
    assert.deepEqual(complaints, [])
  }
})

test('on a phone the row of rooms shows the one that is open, and the page stays at its top', { skip }, async (t) => {
  const { page, complaints } = await openAs(t, operator, { width: 360, height: 740, colorScheme: 'light' }, '/admin/usage')
  const row = page.getByRole('navigation', { name: 'Console' })
  const isInSight = async (name: string) => {
    const room = row.getByRole('link', { name, exact: true }).and(page.locator('[aria-current=page]'))
    await room.waitFor()
    const [own, around] = await Promise.all([room.boundingBox(), row.boundingBox()])
    return own!.x >= around!.x && own!.x + own!.width <= around!.x + around!.width
  }
  assert.equal(await isInSight('Usage'), true)
  await page.keyboard.press('g')
  await page.keyboard.press('o')
  assert.equal(await isInSight('Dead letters'), true)
  assert.equal(await page.evaluate('scrollY'), 0)
  assert.deepEqual(complaints, [])
})
