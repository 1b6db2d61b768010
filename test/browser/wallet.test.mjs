// Credentials, as people live it: a community's counter states that somebody is over 60, her phone keeps it under a key of its own, a
// canteen asks and sees that one line, a copy is of no use, and what was taken back is refused. Somebody without a smartphone does all
// of it with a sheet of paper. With SHOTS=folder it photographs every page.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import jsQR from 'jsqr'
import { barriers, desk, openBrowser, openHouse, person, phone, signIn } from './house.mjs'

const granny = { tel: '13900000074', name: '陈阿婆' }
const shots = process.env.SHOTS

let house, browser, hers, other, sheet
const visits = []
const complaints = []
before(async () => {
  if (shots) mkdirSync(shots, { recursive: true })
  house = await openHouse()
  browser = await openBrowser()
})
after(async () => {
  for (const v of visits) await v.context.close()
  await browser?.close()
  await house?.stop()
})

let broken = false
function chapter(name, play) {
  test(name, async (t) => {
    if (broken) return t.skip('an earlier step failed')
    broken = true
    await play()
    broken = false
  })
}

/** A browser that stays open: what it keeps is the point. */
async function open(viewport, more = {}) {
  const visit = await person(browser, house, { viewport, ...more })
  visits.push(visit)
  return visit
}

const gather = () => visits.forEach((v) => complaints.push(...v.complaints.splice(0)))

/** Keeps what axe finds, and a picture where one is wanted. A page that asks for its answer every two seconds is never idle. */
async function look(page, name) {
  await page.waitForLoadState('load')
  complaints.push(...(await barriers(page)).map((b) => `${new URL(page.url()).pathname} ${b}`))
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}

const main = (page) => page.getByRole('main')
const button = (page, name) => main(page).getByRole('button', { name })
const says = async (page, words) => assert.match(await page.locator('body').innerText(), words)
const silent = async (page, words) => assert.doesNotMatch(await main(page).innerText(), words)

async function citizen(page, tel, to) {
  await page.goto(`/signin?to=${to}`)
  await page.getByLabel(/手机/).fill(tel)
  await button(page, /验证码/).click()
  await page.locator('input[name=code]').waitFor()
  const outbox = await (await fetch(`${house.url}/dev/outbox`)).text()
  await page.locator('input[name=code]').fill(outbox.match(/(?<!\d)\d{6}(?!\d)/)[0])
  await button(page, '登录').click()
  await page.waitForURL((url) => url.pathname === to)
}

/** Reads the code that a page draws, as a scanner does: eight dots for each of its squares. */
async function scan(page, where) {
  const { dots, size } = await page.locator(`${where} svg.qr`).evaluate((svg) => {
    const { x, y, width } = svg.viewBox.baseVal
    const path = new Path2D(svg.querySelector('.qr-dots').getAttribute('d'))
    const pen = document.createElement('canvas').getContext('2d')
    const dots = []
    for (let row = 0; row < width; row++) for (let at = 0; at < width; at++) dots.push(pen.isPointInPath(path, x + at + 0.5, y + row + 0.5) ? 0 : 255)
    return { dots, size: width }
  })
  const wide = size * 8
  const picture = new Uint8ClampedArray(wide * wide * 4)
  for (let i = 0; i < wide * wide; i++) picture.set([0, 1, 2].map(() => dots[(Math.floor(i / wide) >> 3) * size + ((i % wide) >> 3)]).concat(255), i * 4)
  return jsQR(picture, wide, wide)?.data
}

/** Somebody at the public page asks for over 60. */
async function ask(page) {
  await page.goto('/verify')
  await page.getByLabel('已满60周岁').check()
  await page.getByLabel('您的名称').fill('军门长者食堂')
  await button(page, '生成二维码').click()
  await page.waitForURL(/\/verify\/[A-Z2-7]+$/)
  const code = (await page.locator('.panel-number').innerText()).replace(/\s/g, '')
  assert.equal(await scan(page, '#question'), `${house.url}/present/${code}`)
  return code
}

chapter('the counter states that she is over 60', async () => {
  const { page } = await open(desk)
  await signIn(page, house, 'junmen')
  await page.goto('/desk/credentials')
  await look(page, 'desk-1-find')
  await page.getByLabel('本人的电话').fill(granny.tel)
  await button(page, '查找').click()
  await main(page).getByText('长者凭证', { exact: true }).click()
  const form = main(page).locator('form', { has: page.locator('input[value=senior]') })
  await form.getByLabel('姓名').fill(granny.name)
  await form.getByLabel('已满60周岁').check()
  await form.getByLabel('已满70周岁').check()
  await form.getByLabel('居民身份证原件').check()
  await form.getByLabel(/本人在场/).check()
  await look(page, 'desk-2-form')
  await form.getByRole('button', { name: '开具' }).click()
  await says(page, /已开具/)
  await says(page, /等待领取/)
  await look(page, 'desk-3-given')
})

chapter('she puts it on her phone; the key cannot be taken out', async () => {
  hers = await open(phone)
  const { page } = hers
  await citizen(page, granny.tel, '/me/credentials')
  await look(page, 'phone-1-waiting')
  await button(page, '存到这台设备').click()
  await main(page).getByText('已存在这台设备上').waitFor()
  await look(page, 'phone-2-here')
  const key = await page.evaluate(async () => {
    const db = await new Promise((done) => (indexedDB.open('banyan.wallet').onsuccess = (e) => done(e.target.result)))
    const [one] = await new Promise((done) => (db.transaction('credentials').objectStore('credentials').getAll().onsuccess = (e) => done(e.target.result)))
    return { extractable: one.key.extractable, type: one.key.type, taken: await crypto.subtle.exportKey('jwk', one.key).then(() => true, () => false) }
  })
  assert.deepEqual(key, { extractable: false, type: 'private', taken: false })
})

chapter('a canteen asks, she shows over 60, and that is all they see', async () => {
  const canteen = await open(desk)
  await canteen.page.goto('/verify')
  await look(canteen.page, 'verify-1-choose')
  const code = await ask(canteen.page)
  await look(canteen.page, 'verify-2-waiting')
  const { page } = hers
  await page.goto('/present')
  await look(page, 'phone-3-enter')
  await page.getByLabel('对方屏幕上的号码').fill(code)
  await button(page, '下一步').click()
  await says(page, /军门长者食堂想看您的凭证/)
  await says(page, /没有人核实/)
  await button(page, '同意并出示').waitFor()
  await look(page, 'phone-4-asked')
  await button(page, '同意并出示').click()
  await says(page, /已经看到/)
  await look(page, 'phone-5-shown')
  await canteen.page.getByText('属实').waitFor() // the page found it by itself
  await says(canteen.page, /已满60周岁/)
  await silent(canteen.page, /已满70|陈|阿婆|1390|居民身份证/)
  assert.equal(await canteen.page.locator('.wallet-check').innerText(), await page.locator('.wallet-check').innerText())
  await look(canteen.page, 'verify-3-true')
  await page.goto(`/present/${code}`)
  await says(page, /没有这个号码/)
})

chapter('staff ask for their unit, and she shows it on her own screen', async () => {
  const staff = await open(desk)
  await signIn(staff.page, house, 'junmen')
  await staff.page.goto('/desk/verify')
  await look(staff.page, 'desk-4-verify')
  await staff.page.getByLabel('已满60周岁').check()
  await button(staff.page, '生成二维码').click()
  const code = (await staff.page.locator('.panel-number').innerText()).replace(/\s/g, '')
  const { page } = hers
  await page.goto(`/present/${code}`)
  await says(page, /已登录核实/)
  await button(page, '改为让对方扫我的屏幕').click()
  await page.locator('[data-qr] svg').waitFor()
  await look(page, 'phone-6-qr')
  const shown = await page.locator('[data-shown]').inputValue()
  assert.equal(await scan(page, '[data-qr]'), shown)
  // A copy of it answers no other question.
  const stranger = await open(desk)
  await ask(stranger.page)
  await stranger.page.getByText('对方给我看屏幕上的码').click()
  await stranger.page.getByLabel('二维码里的文字').fill(shown)
  await button(stranger.page, '查验').click()
  await says(stranger.page, /回答的不是这一次/)
  await look(stranger.page, 'verify-4-replayed')
  await staff.page.getByText('对方给我看屏幕上的码').click()
  await staff.page.getByLabel('二维码里的文字').fill(shown)
  await button(staff.page, '查验').click()
  await says(staff.page, /属实/)
  await look(staff.page, 'desk-5-true')
})

chapter('on a second phone it moves, and the first one is refused', async () => {
  other = await open(phone)
  await other.context.addCookies(await hers.context.cookies())
  await other.page.goto('/me/credentials')
  await other.page.getByText('换到这台以后').waitFor()
  await look(other.page, 'phone-7-elsewhere')
  await button(other.page, '换到这台设备').click()
  await main(other.page).getByText('已存在这台设备上').waitFor()
  const canteen = await open(desk)
  for (const [who, words] of [[hers, /已被收回/], [other, /已经看到/]]) {
    const code = await ask(canteen.page)
    await who.page.goto(`/present/${code}`)
    await button(who.page, '同意并出示').click()
    await says(who.page, words)
  }
  await hers.page.goto('/me/credentials')
  await hers.page.getByText('换到这台以后').waitFor()
})

chapter('another account in the same browser finds nothing of hers', async () => {
  const { page } = other
  await page.context().clearCookies()
  await citizen(page, '13900000075', '/me/credentials')
  await says(page, /还没有凭证/)
  const canteen = await open(desk)
  const code = await ask(canteen.page)
  await page.goto(`/present/${code}`)
  await page.getByText('这台设备上没有这种凭证').waitFor()
  assert.equal(await button(page, '同意并出示').isVisible(), false)
  await look(page, 'phone-8-none')
})

chapter('without a smartphone she has a sheet, and it is checked with her document', async () => {
  const clerk = await open(desk)
  const { page } = clerk
  await signIn(page, house, 'junmen')
  await page.goto('/desk/credentials')
  await page.getByLabel('本人的电话').fill(granny.tel)
  await button(page, '查找').click()
  await main(page).locator('form[action$=sheet]').getByLabel('已满70周岁').uncheck()
  await button(page, '打印纸质凭证').click()
  await says(page, /陈\*\*/)
  await silent(page, /70周岁|阿婆/)
  await look(page, 'desk-6-sheet')
  await page.emulateMedia({ media: 'print' })
  for (const part of ['.desk-nav', '.desk-head', '.actions']) assert.equal(await page.locator(part).first().isVisible(), false, part)
  if (shots) await page.screenshot({ path: join(shots, 'desk-7-print.png'), fullPage: true })
  sheet = await scan(page, '.wallet-sheet')
  assert.match(sheet, new RegExp(`^${house.url}/verify#.+~$`))
  const canteen = await open(phone)
  await canteen.page.goto(sheet) // as a phone's camera opens it
  await canteen.page.getByText('请核对本人证件').first().waitFor()
  await says(canteen.page, /陈\*\*/)
  assert.equal(new URL(canteen.page.url()).hash, '')
  await look(canteen.page, 'verify-5-paper')
})

chapter('taken back at the counter, neither phone nor paper is good', async () => {
  const clerk = await open(desk)
  const { page } = clerk
  await signIn(page, house, 'junmen')
  await page.goto('/desk/credentials')
  await page.getByLabel('本人的电话').fill(granny.tel)
  await button(page, '查找').click()
  await main(page).getByText('收回这份').click()
  await page.getByLabel('手机或纸质凭证丢了').check()
  await button(page, '收回').click()
  await says(page, /已收回/)
  await look(page, 'desk-8-ended')
  await other.context.clearCookies()
  await other.context.addCookies(await hers.context.cookies())
  const canteen = await open(desk)
  const code = await ask(canteen.page)
  await other.page.goto(`/present/${code}`) // her phone did not look at its credentials since
  await button(other.page, '同意并出示').click()
  await says(other.page, /已被收回/)
  await canteen.page.getByText('已被收回').waitFor()
  await silent(canteen.page, /已满60周岁/)
  await look(canteen.page, 'verify-6-ended')
  await canteen.page.goto('/verify')
  await canteen.page.getByLabel('二维码里的文字').fill(sheet)
  await button(canteen.page, '查验').click()
  await says(canteen.page, /已被收回/)
  await other.page.goto('/me/credentials')
  await other.page.getByText('已到期和已收回的').click()
  await look(other.page, 'phone-9-past')
})

chapter('every page of it stands in the elder mode, in English, and says so without script', async () => {
  for (const [locale, mode] of [['zh-CN', 'elder'], ['en-GB', 'citizen'], ['zh-TW', 'citizen']]) {
    const visit = await open(phone, { locale })
    await visit.context.addCookies(await other.context.cookies())
    if (mode === 'elder') {
      await visit.page.goto('/')
      await visit.page.getByRole('button', { name: '长辈版' }).first().click()
    }
    for (const [name, path] of [['mine', '/me/credentials'], ['enter', '/present'], ['verify', '/verify'], ['me', '/me']]) {
      await visit.page.goto(path)
      await look(visit.page, `${locale}-${mode}-${name}`)
    }
    const asker = await open(desk)
    await visit.page.goto(`/present/${await ask(asker.page)}`)
    await look(visit.page, `${locale}-${mode}-present`)
  }
  const plain = await open(phone, { script: false })
  await plain.context.addCookies(await other.context.cookies())
  await plain.page.goto('/me/credentials')
  await says(plain.page, /需要浏览器打开脚本/)
})

chapter('no page complained', async () => {
  gather()
  assert.deepEqual(complaints, [])
})
