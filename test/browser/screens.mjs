// Photographs the main pages of a fresh demo city into test/browser/out, for people to look at.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { desk, openBrowser, openHouse, person, phone, signIn } from './house.mjs'

const out = join(import.meta.dirname, 'out')
const pages = [
  ['home', '/', phone], ['report', '/report', phone], ['track', '/track', phone], ['public', '/public', phone],
  ['queue', '/desk/queue', desk, 'dispatcher'], ['call', '/desk/call', desk, 'calltaker'], ['followup', '/desk/followup', desk, 'followup'],
  ['work', '/work', phone, 'gulou-city'], ['calls', '/calls', phone, 'dongjie'],
  ['brain', '/brain', desk, 'brain'], ['rates', '/rates', desk, 'brain'],
]

mkdirSync(out, { recursive: true })
const house = await openHouse()
const browser = await openBrowser()
for (const [name, path, viewport, login] of pages) {
  const { page, context } = await person(browser, house, { viewport })
  if (login) await signIn(page, house, login)
  await page.goto(path)
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: viewport === phone })
  console.log(`${path}  ${join('test/browser/out', `${name}.png`)}`)
  await context.close()
}
await browser.close()
await house.stop()
