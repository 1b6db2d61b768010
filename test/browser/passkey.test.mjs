// Passkeys as people use them: a citizen and a member of staff each add one and come in with it, in Chromium with an authenticator in
// software. With SHOTS=folder it photographs every page.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { barriers, desk, openBrowser, openHouse, person, phone, signIn } from './house.mjs'

const shots = process.env.SHOTS

let house, browser
const complaints = []
before(async () => {
  if (shots) mkdirSync(shots, { recursive: true })
  const program = await openHouse()
  house = { ...program, url: program.url.replace('127.0.0.1', 'localhost') } // an IP address has no passkeys
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await house?.stop()
})

/** A visit with an authenticator in the browser that always finds its owner. */
async function visit(options, deed) {
  const one = await person(browser, house, options)
  const session = await one.context.newCDPSession(one.page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  })
  try {
    await deed(one.page, one.context)
  } finally {
    complaints.push(...one.complaints)
    await one.context.close()
  }
}

async function look(page, name) {
  await page.waitForLoadState('networkidle')
  complaints.push(...(await barriers(page)).map((b) => `${new URL(page.url()).pathname} ${b}`))
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}

const button = (page, name) => page.getByRole('main').getByRole('button', { name })
const says = async (page, words) => assert.match(await page.locator('body').innerText(), words)

/** The newest code on its way; a busy city may take a while to send it. */
async function code() {
  for (let i = 0; i < 100; i++) {
    const sent = (await (await fetch(`${house.url}/dev/outbox`)).text()).match(/\b(\d{6})\b/)
    if (sent) return sent[1]
    await new Promise((soon) => setTimeout(soon, 100))
  }
  throw new Error('no code was sent')
}

async function byPhone(page) {
  await page.goto('/signin')
  await page.locator('input[name=phone]').fill('13900000081')
  await button(page, '发验证码').click()
  await page.locator('input[name=code]').fill(await code())
  await page.locator('form[action="/signin/code"] button').click()
  await page.waitForURL((url) => url.pathname === '/me')
}

async function addOne(page, root, name) {
  await page.goto(root)
  await look(page, `${name}-1-none`)
  await page.getByRole('link', { name: '添加通行密钥' }).click()
  await page.getByLabel('名字').fill('我的设备')
  await look(page, `${name}-2-new`)
  await button(page, '添加').click()
  await page.waitForURL((url) => url.pathname === root)
  await says(page, /我的设备[\s\S]*没有用过/)
  await look(page, `${name}-3-list`)
}

/** Makes every proof an hour old, as time does. */
function age() {
  const made = spawnSync('go', ['run', './test/browser/age', house.data], { cwd: resolve(import.meta.dirname, '../..'), encoding: 'utf8' })
  assert.equal(made.status, 0, made.stderr)
  return new Promise((done) => setTimeout(done, 6000)) // the program remembers sessions for five seconds
}

test('a citizen adds a passkey and comes in with it', () =>
  visit({ viewport: phone }, async (page, context) => {
    await byPhone(page)
    await addOne(page, '/me/passkeys', 'citizen')
    await context.clearCookies()
    await page.goto('/signin?to=/me/passkeys')
    await look(page, 'citizen-4-signin')
    await button(page, '用通行密钥登录').click()
    await page.waitForURL((url) => url.pathname === '/me/passkeys')
    assert.doesNotMatch(await page.locator('main').innerText(), /没有用过/)
    await page.goto('/messages')
    await says(page, /添加了一个通行密钥/)
    await age()
    await page.goto('/me/erase')
    await page.locator('input[name=sure]').check()
    await page.locator('form[action="/me/erase"] button').click()
    await says(page, /请再确认一次/)
    await look(page, 'citizen-6-fresh')
    assert.ok(await button(page, '发验证码确认').isVisible())
    await button(page, '用通行密钥确认').click()
    await page.waitForURL((url) => url.pathname.startsWith('/erasure/'))
    await page.goto('/me/passkeys')
    page.once('dialog', (d) => d.accept())
    await button(page, '删除').click()
    await says(page, /还没有通行密钥/)
    await context.clearCookies()
    await page.goto('/signin')
    await button(page, '用通行密钥登录').click()
    await page.waitForURL((url) => url.pathname === '/signin/passkey')
    await says(page, /通行密钥没有通过/)
    await look(page, 'citizen-5-removed')
  }))

test('staff come in with a passkey alone', () =>
  visit({ viewport: desk }, async (page, context) => {
    await signIn(page, house, 'dispatcher')
    await addOne(page, '/account/passkeys', 'staff')
    await context.clearCookies()
    await page.goto('/staff/signin?to=/account')
    await look(page, 'staff-4-signin')
    await button(page, '用通行密钥登录').click()
    await page.waitForURL((url) => url.pathname !== '/staff/signin')
    await page.goto('/account/passkeys')
    await says(page, /我的设备/)
    await age()
    await page.goto('/account/glass')
    await page.locator('textarea[name=reason], input[name=reason]').fill('台风夜里要逐户联系被困的老人，今天的上限不够用。')
    await page.locator('main form button').first().click()
    await says(page, /请再确认一次/)
    await look(page, 'staff-5-fresh')
    await page.getByLabel('密码').fill('banyan-demo')
    await button(page, '确认').last().click()
    await page.waitForURL(/glass\?done/)
    await look(page, 'staff-6-done')
  }))

test('without script and at an address without a name nothing is missing', async () => {
  for (const options of [{ script: false }, { baseURL: house.url.replace('localhost', '127.0.0.1') }]) {
    const { page, context } = await person(browser, house, options)
    await page.goto('/signin')
    assert.ok(await page.locator('input[name=phone]').isVisible())
    assert.equal(await page.getByText('用通行密钥登录').isVisible(), false)
    await context.close()
  }
})

test('no page complained', () => assert.deepEqual(complaints, []))
