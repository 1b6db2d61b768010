// The real program with a fresh demo city on a free loopback port, and a browser that watches what pages do.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'

const root = resolve(import.meta.dirname, '../..')
const banyan = join(root, 'bin/banyan')

/** Starts the program; stop() ends it and removes its data. `log` holds what it wrote. */
export async function openHouse() {
  if (!existsSync(banyan)) throw new Error('bin/banyan is not there: run make build')
  const data = mkdtempSync(join(tmpdir(), 'banyan-browser-'))
  const made = spawnSync(banyan, ['init', '--data', data, '--pack', join(root, 'packs/fuzhou'), '--demo'], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`banyan init: ${made.stderr}`)
  const program = spawn(banyan, ['serve', '--data', data, '--addr', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const house = { url: '', log: '', data }
  const ended = new Promise((done) => program.once('exit', done))
  house.stop = async () => {
    program.kill('SIGTERM')
    await ended
    rmSync(data, { recursive: true, force: true })
  }
  program.stderr.on('data', (text) => (house.log += text))
  house.url = await address(program, house)
  await ready(house)
  return house
}

/** The address that serve prints in its first line. */
function address(program, house) {
  return new Promise((found, fail) => {
    let text = ''
    program.stdout.on('data', (more) => {
      text += more
      const match = text.match(/http:\/\/127\.0\.0\.1:\d+/)
      if (match) found(match[0])
    })
    program.once('exit', (code) => fail(new Error(`banyan serve ended with ${code}: ${house.log}`)))
  })
}

async function ready(house) {
  const until = Date.now() + 20_000
  for (;;) {
    const answer = await fetch(`${house.url}/healthz`).catch(() => null)
    if (answer?.status === 200) return
    if (Date.now() > until) throw new Error(`/healthz does not answer: ${house.log}`)
    await new Promise((soon) => setTimeout(soon, 50))
  }
}

/** Debian's Chromium without a screen. */
export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.BANYAN_CHROMIUM || '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  })
}

export const phone = { width: 390, height: 844 }
export const desk = { width: 1440, height: 900 }

/**
 * One person with a browser of their own. `complaints` gathers what no page may do: an error in the console, a report of the
 * content policy, a failed script, an internal error, a request to another host.
 */
export async function person(browser, house, { viewport = phone, locale = 'zh-CN', script = true, ...more } = {}) {
  const context = await browser.newContext({ viewport, locale, baseURL: house.url, timezoneId: 'Asia/Shanghai', javaScriptEnabled: script, ...more })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  const complaints = []
  const at = () => new URL(page.url()).pathname
  page.on('console', (m) => {
    // A refusal (4xx) is an answer that a test may ask for; the browser writes it to the console.
    if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) complaints.push(`${at()} console: ${m.text()}`)
  })
  page.on('pageerror', (e) => complaints.push(`${at()} script: ${e.message}`))
  page.on('response', (r) => {
    if (r.status() >= 500) complaints.push(`${at()} ${r.status()} ${new URL(r.url()).pathname}`)
  })
  page.on('request', (r) => {
    if (!r.url().startsWith(house.url) && /^https?:/.test(r.url())) complaints.push(`${at()} asks ${r.url()}`)
  })
  return { page, context, complaints }
}

/** Signs a demo login in, once for each house: a browser later brings the same session along, as people's browsers do. */
export async function signIn(page, house, login) {
  house.sessions ??= {}
  if (house.sessions[login]) return page.context().addCookies(house.sessions[login])
  await page.goto('/staff/signin')
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill(demoPassword)
  await page.locator('main form').getByRole('button').first().click()
  await page.waitForURL((url) => url.pathname !== '/staff/signin')
  house.sessions[login] = await page.context().cookies()
}

/** What axe finds on the page, in one line each. */
export async function barriers(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} (${v.help})`))
}

/** The password of every demo login, as `banyan serve` prints it. */
const demoPassword = 'banyan-demo'
