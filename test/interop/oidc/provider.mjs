// A citizen signs in to two apps of two units with their account of the city.
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { attribute, openCity, Person } from './city.mjs'

const city = await openCity()
let checks = 0
const step = async (name, does) => {
  await does()
  checks++
  console.log(`ok ${name}`)
}
const refuses = (promise, error) => assert.rejects(promise, (e) => e.error === error || (assert.fail(`${e.error ?? e.message}, want ${error}`), false))

try {
  const redirect = 'http://127.0.0.1:9/done'
  const apps = {}
  const admin = new Person(city)
  await admin.signInStaff('admin')
  const register = async (name, unit, kind, ...scopes) => {
    const form = [['name', name], ['unit', unit], ['redirects', redirect], ['kind', kind], ['days', '90'], ...scopes.map((s) => ['scopes', s])]
    const page = await admin.ask('/admin/apps', form)
    assert.equal(page.status, 200, page.text)
    const id = attribute(page.text, /\b(01[0-9A-Z]{24})\b/)
    const secret = attribute(page.text, /\b(bs_[a-z0-9]+)\b/)
    const auth = secret ? client.ClientSecretBasic(secret) : client.None()
    const config = await client.discovery(new URL(city.url), id, { id_token_signed_response_alg: 'ES256' }, auth, { execute: [client.allowInsecureRequests] })
    return { id, secret, config }
  }
  await step('an administrator registers apps; discovery is read', async () => {
    apps.kitchen = await register('长者食堂', '350102.cgj', 'secret', 'profile', 'phone', 'offline_access')
    apps.twin = await register('长者食堂手机版', '350102.cgj', 'public', 'offline_access')
    apps.other = await register('公园预约', '350103.cgj', 'secret')
    const meta = apps.kitchen.config.serverMetadata()
    assert.deepEqual(meta.subject_types_supported, ['pairwise'])
    assert.deepEqual(meta.response_types_supported, ['code'])
    assert.deepEqual(meta.grant_types_supported, ['authorization_code', 'refresh_token'])
    assert.deepEqual(meta.code_challenge_methods_supported, ['S256'])
    assert.equal(meta.end_session_endpoint, undefined)
    const keys = await (await fetch(meta.jwks_uri)).json()
    assert.equal(keys.keys.length, 3)
    assert.ok(keys.keys.every((k) => k.kty === 'EC' && k.d === undefined))
  })

  /** Goes to the city with an app's wish. */
  const wish = async (app, who, scope, more = {}) => {
    const verifier = client.randomPKCECodeVerifier()
    const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() }
    const url = client.buildAuthorizationUrl(app.config, {
      redirect_uri: redirect, scope, code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
      state: checks.expectedState, nonce: checks.expectedNonce, ...more,
    })
    return { checks, answer: await who.follow(await who.ask(url.href)) }
  }
  const answer = (who, page, what) => who.ask('/oauth/consent', { id: attribute(page, /name="id" value="([^"]+)"/), answer: what }).then((a) => who.follow(a))
  const grant = (app, left, checks) => client.authorizationCodeGrant(app.config, new URL(left), { ...checks, idTokenExpected: true })

  const citizen = new Person(city)
  const subjects = {}
  let tokens
  await step('a stranger signs in, reads who asks for what, and agrees', async () => {
    const { checks, answer: page } = await wish(apps.kitchen, citizen, 'openid phone profile offline_access')
    assert.match(page.url, /\/signin\?to=/)
    const back = await citizen.follow(await citizen.signIn('13900000077', new URL(page.url).searchParams.get('to')))
    for (const words of ['长者食堂', '鼓楼区城市管理局', '您的手机号码', '您的姓名', '127.0.0.1:9']) assert.ok(back.text.includes(words), words)
    const done = await answer(citizen, back.text, 'yes')
    assert.ok(done.left.startsWith('http://127.0.0.1:9/done?'), done.left)
    tokens = await grant(apps.kitchen, done.left, checks)
    subjects.kitchen = tokens.claims().sub
    assert.ok(tokens.refresh_token && tokens.expires_in <= 900)
    assert.ok(!('phone_number' in tokens.claims()) && !('name' in tokens.claims()))
    assert.equal(tokens.claims().acr, 'urn:banyan:level:1')
    assert.ok(Math.abs(Date.now() / 1000 - tokens.claims().auth_time) < 120)
    await refuses(grant(apps.kitchen, done.left, checks), 'invalid_grant') // the code a second time
    assert.equal((await client.tokenIntrospection(apps.kitchen.config, tokens.access_token)).active, false)
  })
  await step('what was allowed is not asked again; userinfo hands over the phone, and the citizen sees it', async () => {
    const { checks, answer: done } = await wish(apps.kitchen, citizen, 'openid phone offline_access')
    tokens = await grant(apps.kitchen, done.left, checks)
    const info = await client.fetchUserInfo(apps.kitchen.config, tokens.access_token, subjects.kitchen)
    assert.equal(info.phone_number, '+8613900000077')
    assert.equal(info.phone_number_verified, true)
    assert.equal(info.name, undefined)
    const looks = (await citizen.ask('/me/looks')).text
    assert.equal(looks.match(/按您的授权，向鼓楼区城市管理局的应用提供了电话/g)?.length, 1)
    const found = await client.tokenIntrospection(apps.kitchen.config, tokens.access_token)
    assert.ok(found.active && found.sub === subjects.kitchen && found.client_id === apps.kitchen.id)
    assert.equal((await client.tokenIntrospection(apps.other.config, tokens.access_token)).active, false)
  })
  await step('prompt=none works with a grant and says what is missing without', async () => {
    const silent = await wish(apps.kitchen, citizen, 'openid', { prompt: 'none' })
    assert.equal((await grant(apps.kitchen, silent.answer.left, silent.checks)).claims().sub, subjects.kitchen)
    for (const [who, error] of [[citizen, 'consent_required'], [new Person(city), 'login_required']]) {
      const { checks, answer: a } = await wish(apps.other, who, 'openid', { prompt: 'none' })
      await refuses(grant(apps.other, a.left, checks), error)
    }
    const old = await wish(apps.kitchen, citizen, 'openid', { max_age: '0' })
    await refuses(grant(apps.kitchen, old.answer.left, old.checks), 'login_required')
  })
  await step('refresh tokens rotate; the old one ends the family', async () => {
    const next = await client.refreshTokenGrant(apps.kitchen.config, tokens.refresh_token)
    assert.equal(next.claims().sub, subjects.kitchen)
    assert.notEqual(next.refresh_token, tokens.refresh_token)
    const newer = await client.refreshTokenGrant(apps.kitchen.config, next.refresh_token, { scope: 'openid' })
    assert.equal((await client.fetchUserInfo(apps.kitchen.config, newer.access_token, subjects.kitchen)).phone_number, undefined)
    await refuses(client.refreshTokenGrant(apps.twin.config, newer.refresh_token), 'invalid_grant') // another app's
    await refuses(client.refreshTokenGrant(apps.other.config, newer.refresh_token), 'unauthorized_client')
    await refuses(client.refreshTokenGrant(apps.kitchen.config, tokens.refresh_token), 'invalid_grant')
    await refuses(client.refreshTokenGrant(apps.kitchen.config, newer.refresh_token), 'invalid_grant')
    assert.equal((await client.tokenIntrospection(apps.kitchen.config, newer.access_token)).active, false)
  })
  await step('a public app of the same unit knows the same subject, another unit another one', async () => {
    for (const [name, same] of [['twin', true], ['other', false]]) {
      const { checks, answer: page } = await wish(apps[name], citizen, 'openid offline_access phone')
      assert.ok(page.text.includes('不会提供您的姓名、电话'), 'the phone is offered to an app that may not ask for it')
      const done = await answer(citizen, page.text, 'yes')
      const got = await grant(apps[name], done.left, checks)
      assert.equal(got.claims().sub === subjects.kitchen, same)
      assert.equal(got.refresh_token !== undefined, name === 'twin')
      assert.equal((await client.fetchUserInfo(apps[name].config, got.access_token, got.claims().sub)).phone_number, undefined)
      apps[name].tokens = got
    }
  })
  await step('revocation ends a token, the refresh token all', async () => {
    const { config, tokens: had } = apps.twin
    const next = await client.refreshTokenGrant(config, had.refresh_token)
    await client.tokenRevocation(config, next.access_token)
    await assert.rejects(client.fetchUserInfo(config, next.access_token, client.skipSubjectCheck), (e) => e.cause?.[0]?.parameters?.error === 'invalid_token')
    await client.tokenRevocation(apps.other.config, next.refresh_token) // of another app: nothing happens
    const newest = await client.refreshTokenGrant(config, next.refresh_token)
    await client.tokenRevocation(config, newest.refresh_token)
    await assert.rejects(client.fetchUserInfo(config, newest.access_token, client.skipSubjectCheck))
    await refuses(client.refreshTokenGrant(config, newest.refresh_token), 'invalid_grant')
  })
  await step('a refusal goes back to the app', async () => {
    const { checks, answer: page } = await wish(apps.kitchen, citizen, 'openid', { prompt: 'consent' })
    const done = await answer(citizen, page.text, 'no')
    await refuses(grant(apps.kitchen, done.left, checks), 'access_denied')
  })
  await step('the citizen takes an app back on their own page', async () => {
    const page = await citizen.ask('/me/apps')
    assert.ok(page.text.includes('公园预约'))
    const at = page.text.indexOf('公园预约')
    const end = attribute(page.text.slice(at), /action="(\/me\/apps\/[^"]+\/end)"/)
    assert.equal((await citizen.ask(end, {})).status, 303)
    await assert.rejects(client.fetchUserInfo(apps.other.config, apps.other.tokens.access_token, client.skipSubjectCheck))
    const { answer: again } = await wish(apps.other, citizen, 'openid')
    assert.ok(again.text.includes('公园预约') && !again.left, 'it is not asked again')
  })
  await step('a wrong redirect, app or wish is refused', async () => {
    for (const wrong of [redirect + '?x=1', redirect + '/', 'https://thief.example/', 'http://127.0.0.1:10/done']) {
      const { answer: a } = await wish(apps.kitchen, citizen, 'openid', { redirect_uri: wrong })
      assert.equal(a.status, 422)
      assert.equal(a.left, undefined)
    }
    const { answer: unknown } = await wish(apps.kitchen, citizen, 'openid', { client_id: '01AAAAAAAAAAAAAAAAAAAAAAAA' })
    assert.equal(unknown.status, 404)
    for (const [change, error] of [
      [{ response_type: 'token' }, 'unsupported_response_type'], [{ response_type: 'code id_token' }, 'unsupported_response_type'], [{ response_mode: 'form_post' }, 'invalid_request'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'], [{ code_challenge: '' }, 'invalid_request'], [{ scope: 'profile' }, 'invalid_scope'],
      [{ prompt: 'none login' }, 'invalid_request'], [{ request: 'x.y.z' }, 'request_not_supported'], [{ request_uri: 'https://x.example' }, 'request_uri_not_supported'],
      [{ id_token_hint: 'x.y.z' }, 'login_required'],
    ]) {
      const { checks, answer: a } = await wish(apps.kitchen, citizen, 'openid', change)
      assert.ok(a.left, `${JSON.stringify(change)} leads to ${a.status} ${a.url}`)
      assert.equal(new URL(a.left).searchParams.get('state'), checks.expectedState)
      assert.equal(new URL(a.left).searchParams.get('error'), error, JSON.stringify(change))
    }
  })
  await step('a wrong verifier, secret, app or redirect gets no tokens for a code', async () => {
    const fresh = async () => {
      const { checks, answer: page } = await wish(apps.kitchen, citizen, 'openid', { prompt: 'consent' })
      return { checks, left: (await answer(citizen, page.text, 'yes')).left }
    }
    const one = await fresh()
    await refuses(grant(apps.kitchen, one.left, { ...one.checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }), 'invalid_grant')
    const code = new URL(one.left).searchParams.get('code')
    const raw = (form, secret) =>
      fetch(`${city.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form), headers: secret ? { authorization: 'Basic ' + btoa(`${apps.kitchen.id}:${secret}`) } : {} })
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: one.checks.pkceCodeVerifier }
    for (const [change, secret, status] of [
      [{}, 'bs_wrong', 401], [{ client_id: apps.kitchen.id }, '', 401], [{ client_id: apps.twin.id }, '', 400], [{ redirect_uri: redirect + '1' }, apps.kitchen.secret, 400],
      [{ code: code + 'A' }, apps.kitchen.secret, 400], [{ grant_type: 'password' }, apps.kitchen.secret, 400], [{ grant_type: 'client_credentials' }, apps.kitchen.secret, 400],
      [{ code_verifier: '' }, apps.kitchen.secret, 400],
    ]) {
      const a = await raw({ ...form, ...change }, secret)
      assert.equal(a.status, status, JSON.stringify(change) + (await a.text()))
    }
    const good = await raw(form, apps.kitchen.secret)
    assert.equal(good.status, 200, 'none of the wrong tries used the code up')
    assert.match(good.headers.get('cache-control'), /no-store/)
  })
  await step('a closed app signs nobody in', async () => {
    const list = await admin.ask('/admin/apps')
    assert.ok(!list.text.includes(apps.kitchen.secret))
    await admin.ask(`/admin/apps/${apps.kitchen.id}/end`, {})
    const { answer: a } = await wish(apps.kitchen, citizen, 'openid')
    assert.equal(a.status, 422)
  })
  assert.ok(!/level=ERROR|panic/.test(city.log), city.log)
  for (const secret of ['13900000077', apps.kitchen.secret]) assert.ok(!city.log.includes(secret), 'the log holds what it must not')
  console.log(`openid-client: ${checks} steps passed`)
} finally {
  await city.stop()
}
