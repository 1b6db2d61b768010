// The main doors open in three languages, for everybody: no barrier that axe finds, no error, nothing the content policy refuses.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { barriers, desk, openBrowser, openHouse, person, phone, signIn } from './house.mjs'

let house, browser
before(async () => {
  house = await openHouse()
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await house?.stop()
})

const languages = { 'zh-CN': 'zh-Hans', 'zh-TW': 'zh-Hant', 'en-US': 'en' }

const doors = [
  { name: 'home', path: '/' },
  { name: 'report form', path: '/report' },
  { name: 'track', path: '/track' },
  { name: 'published cases', path: '/public' },
  { name: 'check of a receipt', path: '/trail/verify' },
  { name: 'staff sign-in', path: '/staff/signin', viewport: desk },
  { name: 'own account', path: '/account', login: 'dispatcher', viewport: desk },
  { name: 'queue', path: '/desk/queue', login: 'dispatcher', viewport: desk },
  { name: 'calls', path: '/desk/call', login: 'calltaker', viewport: desk },
  { name: 'orders of a unit', path: '/work', login: 'gulou-city' },
  { name: 'subdistrict', path: '/calls', login: 'dongjie' },
  { name: 'brain', path: '/brain', login: 'brain', viewport: desk },
  { name: 'rates', path: '/rates', login: 'brain', viewport: desk },
]

for (const [locale, lang] of Object.entries(languages)) {
  for (const door of doors) {
    test(`${door.name} in ${lang}`, async () => {
      const { page, context, complaints } = await person(browser, house, { locale, viewport: door.viewport })
      if (door.login) await signIn(page, house, door.login)
      const answer = await page.goto(door.path)
      assert.equal(answer.status(), 200)
      assert.equal(await page.locator('html').getAttribute('lang'), lang)
      await page.waitForLoadState('networkidle')
      assert.deepEqual(await page.getByText(/\[[a-z_]+\.[a-z_.]+\]/).allTextContents(), [], 'texts without a message')
      assert.deepEqual(await barriers(page), [])
      assert.deepEqual(complaints, [])
      await context.close()
    })
  }
}

test('the elder mode has no barrier either', async () => {
  const { page, context, complaints } = await person(browser, house)
  await page.goto('/')
  await page.getByRole('button', { name: '长辈版' }).click()
  await page.waitForLoadState('networkidle')
  assert.deepEqual(await barriers(page), [])
  await page.goto('/trail/verify')
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), phone.width, 'the page is as wide as the phone')
  assert.deepEqual(await barriers(page), [])
  assert.deepEqual(complaints, [])
  await context.close()
})

test('a page that is not there says so in the reader’s language', async () => {
  const says = { 'zh-CN': '没有找到', 'zh-TW': '沒有找到', 'en-US': /not f/i }
  for (const [locale, words] of Object.entries(says)) {
    const { page, context } = await person(browser, house, { locale })
    assert.equal((await page.goto('/nothing/here')).status(), 404)
    await page.getByRole('heading', { name: words }).waitFor()
    assert.deepEqual(await barriers(page), [])
    await context.close()
  }
})

test('a form of a foreign site changes nothing', async () => {
  const answer = await fetch(`${house.url}/report`, {
    method: 'POST', headers: { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://elsewhere.example', 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'step=place',
  })
  assert.equal(answer.status, 403)
})

test('the log holds no query and no personal data', () => {
  assert.doesNotMatch(house.log, /\?|1390000|张三|panic/)
})
