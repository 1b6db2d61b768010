// A citizen links their account with a certified OpenID provider (npm oidc-provider, pinned), which plays the identity service of the province,
// and signs in through it; and what must not pass does not.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { openCity, Person } from './city.mjs'

let checks = 0
const step = async (name, does) => {
  await does()
  checks++
  console.log(`ok ${name}`)
}

// The service listens before the city starts, which has to know its address, and answers once it knows the city's.
const server = createServer((q, w) => service(q, w))
await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
const issuer = `http://127.0.0.1:${server.address().port}`
let service = (_, w) => w.writeHead(503).end()
const city = await openCity(`identity: {province: {issuer: "${issuer}", client: banyan, secret: s3cret-s3cret-s3cret, name: {zh-Hans: 闽政通, zh-Hant: 閩政通, en: Fujian ID}}}\n`)

/** Opens the service with a fresh signing key. */
const open = (kid) => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'banyan', client_secret: 's3cret-s3cret-s3cret', redirect_uris: [`${city.url}/identity/province/back`], response_types: ['code'], grant_types: ['authorization_code'],
      id_token_signed_response_alg: 'ES256', subject_type: 'pairwise',
    }],
    jwks: { keys: [{ ...key, kid, use: 'sig', alg: 'ES256' }] }, subjectTypes: ['public', 'pairwise'], pairwiseIdentifier: (_, account, client) => `${client.clientId}-${account}`,
    enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256'] }, pkce: { required: () => true }, cookies: { keys: ['not a secret'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  })
  service = provider.callback()
}

const hosts = () => [new URL(city.url).host, new URL(issuer).host]
const status = (want) => (answer) => (assert.equal(answer.status, want, `${answer.url} ${answer.text}`), answer)

/** Goes to the service, signs in there as somebody and allows it; gives the address that the service leads back to. */
const through = async (who, start, name) => {
  let page = await who.ask(start)
  if (start.startsWith('/me/')) { // a page leads there, since a form of the city may have led to it
    page = await who.ask((await who.follow(status(200)(page))).left)
  } else assert.equal(page.status, 303, page.text)
  page = await who.follow(page, [new URL(issuer).host])
  for (let steps = 0; steps < 5 && !page.left; steps++) {
    const action = page.text.match(/action="([^"]+)"/)[1]
    const prompt = page.text.match(/name="prompt" value="([^"]+)"/)[1]
    page = await who.follow(await who.ask(new URL(action, page.url).href, { prompt, login: name, password: 'x' }), [new URL(issuer).host])
  }
  assert.ok(page.left, 'the service leads nowhere')
  return page.left
}

try {
  open('first')
  const citizen = new Person(city)
  await citizen.signIn('13912340001', '/me')
  let used
  await step('a citizen links the service, and is known by it', async () => {
    assert.match((await citizen.ask('/me/level')).text, /手机已验证[\s\S]*闽政通/)
    used = await through(citizen, '/me/level/province', 'chen')
    const done = await citizen.follow(await citizen.ask(used))
    assert.match(done.text, /实名已核/)
  })
  await step('what came back is good once', async () => status(403)(await citizen.ask(used)))
  await step('another browser signs in by it, without a phone', async () => {
    const phone = new Person(city)
    const back = await through(phone, '/signin/province?to=/me/level', 'chen')
    assert.match((await phone.follow(await phone.ask(back))).text, /实名已核/)
  })
  await step('somebody whom nobody linked is not signed in', async () => {
    const stranger = new Person(city)
    const refused = status(403)(await stranger.ask(await through(stranger, '/signin/province', 'lin')))
    assert.match(refused.text, /还没有人在这里关联/)
    assert.equal((await stranger.ask('/me/level')).status, 303)
  })
  await step('one account of the service is one citizen', async () => {
    const other = new Person(city)
    await other.signIn('13912340002', '/me')
    status(409)(await other.ask(await through(other, '/me/level/province', 'chen')))
  })
  await step('another browser, another state and another code do nothing', async () => {
    const back = await through(citizen, '/me/level/province', 'chen')
    status(403)(await new Person(city).ask(back))
    for (const name of ['state', 'code']) {
      const changed = new URL(await through(citizen, '/me/level/province', 'chen'))
      changed.searchParams.set(name, 'x'.repeat(43))
      status(403)(await citizen.ask(changed.href))
    }
    const mixed = new URL(await through(citizen, '/me/level/province', 'chen'))
    mixed.searchParams.set('iss', 'https://other.example')
    status(403)(await citizen.ask(mixed.href))
  })
  await step('no is no', async () => {
    const fresh = new Person(city)
    const asked = await fresh.follow(await fresh.ask('/signin/province'), [new URL(issuer).host])
    const refused = (await fresh.follow(await fresh.ask(`${asked.url}/abort`), [new URL(issuer).host])).left
    assert.match(refused, /access_denied/)
    assert.match(status(403)(await fresh.ask(refused)).text, /选了拒绝/)
  })
  await step('the service changes its key', async () => {
    open('second')
    const phone = new Person(city)
    assert.match((await phone.follow(await phone.ask(await through(phone, '/signin/province?to=/me/level', 'chen')))).text, /实名已核/)
  })
  await step('a service that is down keeps nobody out', async () => {
    const phone = new Person(city)
    const back = await through(phone, '/signin/province', 'chen')
    service = (_, w) => w.writeHead(503).end()
    assert.match(status(503)(await phone.ask(back)).text, /手机验证码登录/)
    const again = new Person(city)
    await again.signIn('13912340003', '/me')
    assert.equal((await again.ask('/me/level')).status, 200)
  })
  await step('what the citizen lets go of signs nobody in', async () => {
    open('third')
    const page = await citizen.ask('/me/level')
    assert.equal((await citizen.ask(page.text.match(/action="(\/me\/level\/[0-9A-Z]+\/end)"/)[1], {})).status, 303)
    const phone = new Person(city)
    status(403)(await phone.ask(await through(phone, '/signin/province', 'chen')))
  })
  assert.deepEqual(city.log.split('\n').filter((line) => /s3cret|1391234|code=/.test(line)), [], 'the log says too much')
  console.log(`oidc-provider 9.13.3: ${checks} steps passed`)
} finally {
  await city.stop()
  server.close()
  server.closeAllConnections()
}
