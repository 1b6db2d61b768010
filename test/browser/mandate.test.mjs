// Acting for somebody, as people live it: a grandmother without a smartphone stands at the counter of her community, her daughter says
// yes on a phone and hands a request in for her, and everybody can see who did. With SHOTS=folder it photographs every page.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { barriers, desk, openBrowser, openHouse, person, phone, signIn } from './house.mjs'

const granny = { tel: '0591-87654321', name: '陈阿婆' }
const daughter = { tel: '13900000072', name: '陈小乙' }
const shots = process.env.SHOTS

let house, browser, sessions, request
const complaints = []
before(async () => {
  if (shots) mkdirSync(shots, { recursive: true })
  house = await openHouse()
  browser = await openBrowser()
})
after(async () => {
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

async function as(who, viewport, deed) {
  const visit = await person(browser, house, { viewport })
  try {
    if (who === 'daughter') await visit.context.addCookies(sessions ?? [])
    else if (who) await signIn(visit.page, house, who)
    await deed(visit.page, visit.context)
  } finally {
    complaints.push(...visit.complaints)
    await visit.context.close()
  }
}

/** Keeps what axe finds, and a picture where one is wanted. */
async function look(page, name) {
  await page.waitForLoadState('networkidle')
  complaints.push(...(await barriers(page)).map((b) => `${new URL(page.url()).pathname} ${b}`))
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}

const main = (page) => page.getByRole('main')
const button = (page, name) => main(page).getByRole('button', { name })
const choose = (page, legend, name) => page.getByRole('group', { name: legend }).getByLabel(name).check()
const says = async (page, words) => assert.match(await page.locator('body').innerText(), words)

chapter('the counter notes what the grandmother says and prints a slip', () =>
  as('junmen', desk, async (page) => {
    await page.goto('/desk/mandates')
    await look(page, 'desk-1-find')
    await page.getByLabel('委托人的电话').fill(granny.tel)
    await button(page, '查找').click()
    await choose(page, '委托方式', '本人在窗口书面委托')
    await page.getByLabel('委托人姓名').fill(granny.name)
    await page.getByRole('radio', { name: /家人、邻居或监护人/ }).check()
    await page.getByRole('group', { name: '对方是委托人的' }).getByLabel('子女').check()
    await page.getByLabel('对方的手机号').fill(daughter.tel)
    await page.getByLabel('对方的姓名').fill(daughter.name)
    await page.getByLabel(/反映诉求/).check()
    await page.getByLabel(/查看诉求和进展/).check()
    await page.getByRole('group', { name: '办多久' }).getByLabel('90天').check()
    await page.getByLabel(/是本人/).check()
    await look(page, 'desk-2-form')
    await button(page, '登记并打印').click()
    await page.waitForURL(/\/slip$/)
    await says(page, /陈阿婆委托陈小乙（子女）/)
    await says(page, /拨打12345/)
    await look(page, 'desk-3-slip')
    await page.emulateMedia({ media: 'print' })
    for (const part of ['.desk-nav', '.desk-head', '.actions']) assert.equal(await page.locator(part).first().isVisible(), false, part)
    assert.equal(await page.locator('.slip').isVisible(), true)
    if (shots) await page.screenshot({ path: join(shots, 'desk-4-print.png'), fullPage: true })
  }))

chapter('the daughter signs in, says yes and begins to act', () =>
  as(null, phone, async (page, context) => {
    await page.goto('/signin?to=/me/family')
    await page.getByLabel(/手机/).fill(daughter.tel)
    await button(page, /验证码/).click()
    await page.locator('input[name=code]').waitFor()
    const outbox = await (await fetch(`${house.url}/dev/outbox`)).text()
    await page.locator('input[name=code]').fill(outbox.match(/(?<!\d)\d{6}(?!\d)/)[0])
    await button(page, '登录').click()
    await page.waitForURL(/\/me\/family$/)
    await says(page, /等您答复/)
    await look(page, 'phone-1-offer')
    await button(page, '接受').first().click()
    await says(page, /我可以替他们办理/)
    await look(page, 'phone-2-held')
    await button(page, '开始替TA办理').click()
    await page.waitForURL(/\/me\/family\/acting$/)
    await says(page, /正在替陈\*\*办理/)
    await look(page, 'phone-3-acting')
    sessions = await context.cookies()
  }))

chapter('every page of it stands in the elder mode and in English', async () => {
  for (const [locale, mode] of [['zh-CN', 'elder'], ['en-GB', 'citizen'], ['zh-TW', 'citizen']]) {
    const visit = await person(browser, house, { viewport: phone, locale })
    await visit.context.addCookies(sessions)
    const { page } = visit
    if (mode === 'elder') {
      await page.goto('/')
      await page.getByRole('button', { name: '长辈版' }).first().click()
    }
    for (const [name, path] of [['acting', '/me/family/acting'], ['report', '/report'], ['mine', '/mine']]) {
      await page.goto(path)
      await look(page, `${locale}-${mode}-${name}`)
    }
    complaints.push(...visit.complaints)
    await visit.context.close()
  }
})

chapter('what is never done for another is refused with its reason', () =>
  as('daughter', phone, async (page) => {
    await page.goto('/me/erase')
    await says(page, /只能由本人决定/)
    await look(page, 'phone-4-never')
  }))

chapter('she hands a request in for her mother, under a line that says so', () =>
  as('daughter', phone, async (page) => {
    await page.goto('/report')
    await says(page, /正在替陈\*\*办理/)
    await page.getByLabel('选区县').selectOption({ label: '鼓楼区' })
    await page.getByLabel('选街道、乡镇').selectOption({ label: '东街街道' })
    await page.getByLabel('写明在哪里').fill('军门社区3号楼2单元')
    await button(page, '下一步：怎么了').click()
    await page.getByLabel('说一句话就行').fill('妈妈家楼道的灯坏了三天，晚上上楼看不见，请来修一下。')
    await page.getByText('像是这一类').waitFor()
    await choose(page, '类型', '求助')
    await button(page, '下一步：怎么联系您').click()
    await says(page, /以陈\*\*的名义提交/)
    await look(page, 'phone-5-contact')
    await button(page, '下一步：核对').click()
    await look(page, 'phone-6-check')
    await button(page, '发送').click()
    await page.waitForURL(/\/report\/done\//)
    request = (await page.locator('.panel-number').innerText()).replace(/\s/g, '')
    await look(page, 'phone-7-done')
    await page.goto('/mine')
    await look(page, 'phone-8-mine')
    await main(page).getByRole('link', { name: /楼道的灯/ }).first().click()
    await says(page, /代委托人办理（身份：子女）/)
    await look(page, 'phone-9-one')
    await page.getByRole('button', { name: '回到我自己' }).click()
    await page.waitForURL(/\/me\/family$/)
    assert.equal(await page.locator('.acting').count(), 0)
  }))

chapter('staff see who filed it, on the case and in its story', () =>
  as('dispatcher', desk, async (page) => {
    await page.goto('/desk/queue')
    await main(page).getByRole('link', { name: /楼道的灯/ }).first().click()
    await says(page, /由诉求人的子女代为提交/)
    await says(page, /代办人（诉求人的子女）/)
    await look(page, 'desk-5-case')
  }))

chapter('she takes it back by a call from her own phone', () =>
  as('calltaker', desk, async (page) => {
    await page.goto('/desk/mandates')
    await page.getByLabel('委托人的电话').fill(granny.tel)
    await button(page, '查找').click()
    await look(page, 'desk-6-mandates')
    await page.getByLabel(/是本人/).first().check()
    await button(page, '按本人的话结束').click()
    await says(page, /委托已结束/)
  }))

chapter('from then on the daughter cannot act', () =>
  as('daughter', phone, async (page) => {
    await page.goto('/me/family')
    assert.equal(await button(page, '开始替TA办理').count(), 0)
    await look(page, 'phone-a-ended')
  }))

chapter('no page complained', async () => assert.deepEqual(complaints, []))
