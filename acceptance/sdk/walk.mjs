// Walks every operation of the API with the official SDK, and prints one JSON object per step and line.
// node walk.mjs DIRECTORY BASE_URL TOKEN EMAIL KEY, where DIRECTORY has the SDK in its node_modules.
//
// A step passes when the SDK gives what its types promise and what the step expects. What it asks is compared with the
// API's own description: a step whose operation is not described is skipped, and a described operation that no step
// asked for is a failure.
import { resolve } from 'node:path'
import { argv, stdout } from 'node:process'
import { pathToFileURL } from 'node:url'
import { types } from './types.mjs'

const MANY = 23
const PAGE = 5
const RETRIES = 2
const NOBODY = '0123456789abcdef0123456789abcdef'

const [directory, baseURL, apiToken, email, key] = argv.slice(2)
const module = path => import(pathToFileURL(resolve(directory, 'node_modules', path)).href)
const { default: Cloudflare } = await module('cloudflare/index.mjs')
const faults = types(directory)

const asked = []
const watched = async (url, init) => {
  const response = await fetch(url, init)
  asked.push({ method: init.method.toUpperCase(), path: new URL(url).pathname, status: response.status })
  return response
}
const sdk = options => new Cloudflare({ baseURL, fetch: watched, ...options })
const client = sdk({ apiToken })

const described = await client.get('/openapi.json')
const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map(method => ({ method: method.toUpperCase(), path }))
)
const root = new URL(baseURL).pathname
const fit = (template, path) => {
  const wanted = template.split('/')
  const given = path.split('/')
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith('{') || part === given[i])
}
const literal = operation => operation.path.split('/').filter(part => !part.startsWith('{')).length
const operation = ({ method, path }) =>
  operations
    .filter(each => each.method === method && fit(each.path, path.slice(root.length)))
    .sort((a, b) => literal(b) - literal(a))[0]

const say = line => stdout.write(JSON.stringify(line) + '\n')
const check = (truth, message) => {
  if (!truth) throw new Error(message)
}
const same = (actual, expected, what) =>
  check(
    JSON.stringify(actual) === JSON.stringify(expected),
    `${what} should be ${JSON.stringify(expected)} and is ${JSON.stringify(actual)}`
  )

// `needs` is the operation without which there is nothing to try.
const step = async (name, needs, run) => {
  const [method, path] = needs.split(' ')
  if (!operations.some(each => each.method === method && each.path === path)) {
    say({ name, skipped: `${needs} is not described` })
    return
  }
  try {
    await run()
    say({ name })
  } catch (failure) {
    say({ name, failure: String(failure.stack ?? failure) })
  }
}

// Calls the method at `path` of the client, and holds its answer against its type.
const call = async (path, ...args) => {
  const names = path.split('.')
  const method = names.pop()
  const answer = await names.reduce((object, name) => object[name], client)[method](...args)
  same(faults(path, answer), [], `what is wrong with ${path}`)
  return answer
}

// Everything that a list has, by the SDK's own paging, which must end.
const all = async (path, most, ...args) => {
  const names = path.split('.')
  const method = names.pop()
  const items = []
  for await (const item of names.reduce((object, name) => object[name], client)[method](...args)) {
    same(faults(path, item), [], `what is wrong with an item of ${path}`)
    items.push(item)
    check(items.length <= most, `${path} does not end`)
  }
  return items
}

// What is refused with the SDK's own class, in one request and no more.
const refused = async (kind, code, promise, requests = 1) => {
  const before = asked.length
  let failure
  try {
    await promise()
  } catch (error) {
    failure = error
  }
  check(failure instanceof kind, `expected ${kind.name}, not ${failure}`)
  same(failure.errors[0].code, code, 'the code')
  same(asked.length - before, requests, 'the number of requests')
}

const { BadRequestError, AuthenticationError, PermissionDeniedError, NotFoundError } = Cloudflare

let account, zone
await step('accounts.list', 'GET /accounts', async () => {
  const accounts = await all('accounts.list', 1_000, { per_page: PAGE })
  account = accounts[0].id
})
await step('accounts.get', 'GET /accounts/{account}', async () => {
  same((await call('accounts.get', { account_id: account })).id, account, 'the id')
})
await step('accounts.create and accounts.update', 'POST /accounts', async () => {
  const made = await call('accounts.create', { name: 'Walked', type: 'standard' })
  const named = await call('accounts.update', { account_id: made.id, id: made.id, name: 'Walked twice', type: 'standard' })
  same(named.name, 'Walked twice', 'the name')
})
await step('memberships.list', 'GET /memberships', async () => {
  const all_ = await all('memberships.list', 1_000, { per_page: PAGE })
  check(all_.some(each => each.account.id === account), 'the account is not among the memberships')
})
await step('memberships.get', 'GET /memberships/{membership}', async () => {
  const first = (await all('memberships.list', 1_000))[0]
  same((await call('memberships.get', first.id)).id, first.id, 'the id')
})
await step('user.get', 'GET /user', () => call('user.get'))
await step('user.edit', 'PATCH /user', async () => {
  same((await call('user.edit', { first_name: 'Ada' })).first_name, 'Ada', 'the name')
})

// Tokens of the user, and of an account: the same walk.
const tokens = async (base, at, needs, resources) => {
  const with_ = more => (at === undefined ? more : { ...at, ...more })
  const last = at === undefined ? [] : [at]
  const groups = []
  const policies = name => [
    {
      effect: 'allow',
      resources,
      permission_groups: [{ id: groups.find(group => group.name === name).id }]
    }
  ]
  await step(`${base}.permissionGroups.list`, `GET ${needs}/permission_groups`, async () => {
    groups.push(...(await all(`${base}.permissionGroups.list`, 1_000, ...last)))
    check(groups.length > 10, 'there are permission groups')
  })
  await step(`${base}.create, get, update, value.update, delete`, `POST ${needs}`, async () => {
    const made = await call(`${base}.create`, with_({ name: 'walker', policies: policies('Zone Read') }))
    const got = await call(`${base}.get`, made.id, ...last)
    same([got.name, got.status, got.value], ['walker', 'active', undefined], 'the token')
    const walker = sdk({ apiToken: made.value })
    await walker.zones.list()
    await refused(PermissionDeniedError, 10000, () => walker.zones.create({ account: { id: account }, name: 'no.test' }))
    const rolled = await call(`${base}.value.update`, made.id, ...(at === undefined ? [] : [{ ...at, body: {} }]))
    await refused(PermissionDeniedError, 9109, () => walker.zones.list())
    await sdk({ apiToken: rolled }).zones.list()
    const off = await call(
      `${base}.update`,
      made.id,
      with_({ name: 'walker', status: 'disabled', policies: policies('Zone Read') })
    )
    same(off.status, 'disabled', 'the status')
    same((await call(`${base}.delete`, made.id, ...last)).id, made.id, 'the id')
    await refused(NotFoundError, 1003, () =>
      base.split('.').reduce((object, name) => object[name], client).get(made.id, ...last)
    )
  })
  await step(`${base}.list over several pages`, `GET ${needs}`, async () => {
    const ids = []
    for (let i = 0; i < 7; i++) {
      ids.push((await call(`${base}.create`, with_({ name: `page ${i}`, policies: policies('Zone Read') }))).id)
    }
    const listed = (await all(`${base}.list`, 1_000, with_({ per_page: 5 }))).map(token => token.id)
    check(ids.every(id => listed.includes(id)), 'not every token is listed')
    same(new Set(listed).size, listed.length, 'each token once')
    for (const id of ids) await call(`${base}.delete`, id, ...last)
  })
}
await tokens('user.tokens', undefined, '/user/tokens', { 'com.cloudflare.api.account.zone.*': '*' })
await step('user.tokens.verify', 'GET /user/tokens/verify', async () => {
  same((await call('user.tokens.verify')).status, 'active', 'the status')
  await refused(AuthenticationError, 1000, () => sdk({ apiToken: 'x'.repeat(40) }).user.tokens.verify())
})
await tokens('accounts.tokens', { account_id: account }, '/accounts/{account}/tokens', {
  [`com.cloudflare.api.account.${account}`]: { 'com.cloudflare.api.account.zone.*': '*' }
})
await step('accounts.tokens.verify', 'GET /accounts/{account}/tokens/verify', async () => {
  const group = (await all('accounts.tokens.permissionGroups.list', 1_000, { account_id: account })).find(
    each => each.name === 'Account Settings Read'
  )
  const made = await call('accounts.tokens.create', {
    account_id: account,
    name: 'verifies itself',
    policies: [
      { effect: 'allow', resources: { [`com.cloudflare.api.account.${account}`]: '*' }, permission_groups: [{ id: group.id }] }
    ]
  })
  const own = await sdk({ apiToken: made.value }).accounts.tokens.verify({ account_id: account })
  same(own.status, 'active', 'the status')
})

await step('zones.create and zones.list over several pages', 'POST /zones', async () => {
  const names = Array.from({ length: MANY }, (_, i) => `walk-${i}.test`)
  for (const name of names) await call('zones.create', { account: { id: account }, name, type: 'full' })
  const listed = (await all('zones.list', 1_000, { per_page: PAGE, name: 'contains:walk-' })).map(each => each.name)
  same(listed.sort(), names.sort(), 'the zones')
  await refused(BadRequestError, 1061, () => client.zones.create({ account: { id: account }, name: names[0] }))
  await refused(BadRequestError, 1097, () => client.zones.create({ account: { id: account }, name: 'no' }))
  zone = (await all('zones.list', 1_000, { name: names[0] }))[0].id
})
await step('zones.get', 'GET /zones/{zone}', async () => {
  same((await call('zones.get', { zone_id: zone })).id, zone, 'the id')
  await refused(NotFoundError, 1001, () => client.zones.get({ zone_id: NOBODY }))
})
await step('zones.edit', 'PATCH /zones/{zone}', async () => {
  same((await call('zones.edit', { zone_id: zone, paused: true })).paused, true, 'paused')
  await call('zones.edit', { zone_id: zone, paused: false })
})
await step('zones.activationCheck.trigger', 'PUT /zones/{zone}/activation_check', async () => {
  same((await call('zones.activationCheck.trigger', { zone_id: zone })).id, zone, 'the id')
})

const at = more => ({ zone_id: zone, ...more })
const records = '/zones/{zone}/dns_records'
const form = (name, content, more) => ({ type: 'A', name, content, ttl: 1, ...more })
await step('dns.records.create, get, update, edit, delete', `POST ${records}`, async () => {
  const made = await call('dns.records.create', at(form('www', '192.0.2.1', { proxied: true, comment: 'walked' })))
  same((await call('dns.records.get', made.id, at())).content, '192.0.2.1', 'the content')
  const put = await call('dns.records.update', made.id, at(form('www', '192.0.2.2', { proxied: true })))
  same([put.content, put.comment], ['192.0.2.2', null], 'what was replaced')
  const edited = await call('dns.records.edit', made.id, at(form('www', '192.0.2.3', { comment: 'again' })))
  same([edited.content, edited.comment], ['192.0.2.3', 'again'], 'what was edited')
  same((await call('dns.records.delete', made.id, at())).id, made.id, 'the id')
  await refused(NotFoundError, 81044, () => client.dns.records.get(made.id, at()))
  await refused(BadRequestError, 9005, () => client.dns.records.create(at(form('www', 'not an address'))))
})
await step('dns.records.list over several pages', `GET ${records}`, async () => {
  for (let i = 0; i < MANY; i++) await call('dns.records.create', at(form(`h${i}`, `192.0.2.${i}`)))
  await call('dns.records.create', at({ type: 'TXT', name: '@', content: '"text"', ttl: 300 }))
  const listed = await all('dns.records.list', 1_000, at({ per_page: PAGE, type: 'A' }))
  same(listed.length, MANY, 'the number of records')
  same((await all('dns.records.list', 10, at({ name: { startswith: 'h1.' } }))).length, 1, 'what a filter finds')
})
await step('dns.records.batch', `POST ${records}/batch`, async () => {
  const [first, second, third] = await all('dns.records.list', 1_000, at({ type: 'A' }))
  const done = await call('dns.records.batch', at({
    deletes: [{ id: first.id }],
    patches: [{ ...form('h-patched', second.content), id: second.id, comment: 'patched' }],
    puts: [{ ...form('h-put', '192.0.2.200'), id: third.id }],
    posts: [form('h-posted', '192.0.2.201')]
  }))
  same([done.deletes.length, done.patches.length, done.puts.length, done.posts.length], [1, 1, 1, 1], 'what was done')
  same(done.patches[0].comment, 'patched', 'the comment')
})
await step('dns.records.export', `GET ${records}/export`, async () => {
  const text = await call('dns.records.export', at())
  check(text.includes('h-posted') && text.includes('192.0.2.201'), text)
})
await step('dns.records.import', `POST ${records}/import`, async () => {
  const done = await call('dns.records.import', at({ file: 'imported 300 IN A 192.0.2.210\n', proxied: 'false' }))
  same(done.recs_added, 1, 'the number of records')
  same((await all('dns.records.list', 10, at({ content: { exact: '192.0.2.210' } }))).length, 1, 'what is there')
})

await step('zones.settings.get and edit', 'PATCH /zones/{zone}/settings/{setting}', async () => {
  const values = { browser_cache_ttl: 3600, cache_level: 'basic', development_mode: 'on', always_online: 'on', ssl: 'full' }
  for (const [name, value] of Object.entries(values)) {
    same((await call('zones.settings.edit', name, at({ value }))).value, value, name)
    same((await call('zones.settings.get', name, at())).value, value, name)
  }
  await refused(BadRequestError, 1006, () => client.zones.settings.get('nothing_known', at()))
  await refused(BadRequestError, 1007, () => client.zones.settings.edit('ssl', at({ value: 'quite' })))
})
// The SDK of today has no method for the settings together; its documentation says how to ask all the same.
await step('get and patch of all settings', 'PATCH /zones/{zone}/settings', async () => {
  const body = { items: [{ id: 'ssl', value: 'strict' }, { id: 'cache_level', value: 'aggressive' }] }
  const changed = await client.patch(`/zones/${zone}/settings`, { body })
  same(changed.result.map(each => each.value).sort(), ['aggressive', 'strict'], 'the values')
  check((await client.get(`/zones/${zone}/settings`)).result.length > 5, 'there are settings')
})

const rules = '/zones/{zone}/pagerules'
await step('pageRules.create, list, get, update, edit, delete', `POST ${rules}`, async () => {
  const rule = {
    targets: [{ target: 'url', constraint: { operator: 'matches', value: 'walk-0.test/img/*' } }],
    actions: [{ id: 'cache_level', value: 'cache_everything' }],
    status: 'active'
  }
  const made = await call('pageRules.create', at(rule))
  check((await call('pageRules.list', at())).some(each => each.id === made.id), 'the rule is not listed')
  same((await call('pageRules.get', made.id, at())).id, made.id, 'the id')
  same((await call('pageRules.update', made.id, at({ ...rule, priority: 3 }))).priority, 3, 'the priority')
  same((await call('pageRules.edit', made.id, at({ status: 'disabled' }))).status, 'disabled', 'the status')
  same((await call('pageRules.delete', made.id, at())).id, made.id, 'the id')
  await refused(NotFoundError, 1002, () => client.pageRules.get(made.id, at()))
})
await step('pageRules settings', `GET ${rules}/settings`, async () => {
  check((await client.get(`/zones/${zone}/pagerules/settings`)).result.length > 5, 'there are actions')
})

const caching = async (path, name, needs) => {
  await step(`${path}.get and edit`, `PATCH /zones/{zone}${needs}`, async () => {
    same((await call(`${path}.edit`, at({ value: 'on' }))).value, 'on', name)
    same((await call(`${path}.get`, at())).value, 'on', name)
    same((await call(`${path}.edit`, at({ value: 'off' }))).id, name, 'the id')
  })
}
await step('cache.smartTieredCache.create and delete', 'POST /zones/{zone}/cache/tiered_cache_smart_topology_enable', async () => {
  await refused(NotFoundError, 1142, () => client.cache.smartTieredCache.get(at()))
  same((await call('cache.smartTieredCache.create', at({ value: 'on' }))).value, 'on', 'the value')
  await call('cache.smartTieredCache.delete', at())
  await refused(NotFoundError, 1142, () => client.cache.smartTieredCache.get(at()))
})
await caching('argo.tieredCaching', 'tiered_caching', '/argo/tiered_caching')
await caching('cache.smartTieredCache', 'tiered_cache_smart_topology_enable', '/cache/tiered_cache_smart_topology_enable')
await caching('cache.regionalTieredCache', 'tc_regional', '/cache/regional_tiered_cache')
await step('cache.variants.edit, get, delete', 'PATCH /zones/{zone}/cache/variants', async () => {
  const value = { jpeg: ['image/webp', 'image/avif'] }
  same((await call('cache.variants.edit', at({ value }))).value, value, 'the variants')
  same((await call('cache.variants.get', at())).value, value, 'the variants')
  same((await call('cache.variants.delete', at())).id, 'variants', 'the id')
  await refused(NotFoundError, 1142, () => client.cache.variants.get(at()))
})
await step('cache.purge', 'POST /zones/{zone}/purge_cache', async () => {
  await call('cache.purge', at({ files: ['http://walk-0.test/a', { url: 'http://walk-0.test/b', headers: {} }] }))
  await call('cache.purge', at({ hosts: ['walk-0.test'] }))
  await call('cache.purge', at({ prefixes: ['walk-0.test/a'] }))
  await call('cache.purge', at({ tags: ['a'] }))
  await call('cache.purge', at({ purge_everything: true }))
  await refused(BadRequestError, 1012, () => client.cache.purge(at({})))
  await refused(BadRequestError, 1134, () => client.cache.purge(at({ files: ['http://elsewhere.test/'] })))
})
await step('cache.invalidate', 'POST /zones/{zone}/invalidate_cache', async () => {
  await call('cache.invalidate', at({ tags: ['a'] }))
})
await step('cache.purgeEnvironment', 'POST /zones/{zone}/environments/{environment}/purge_cache', async () => {
  const all = at({ purge_everything: true })
  await refused(BadRequestError, 1136, () => client.cache.purgeEnvironment('production', all))
  await refused(BadRequestError, 1136, () => client.cache.invalidateEnvironment('production', all))
})
await step('receipts, previews and explanations of purges', 'GET /zones/{zone}/purge_cache/{purge}', async () => {
  const purges = `/zones/${zone}/purge_cache`
  const { id } = await call('cache.purge', at({ tags: ['a'] }))
  same((await client.get(`${purges}/${id}`)).result.purge, { tags: ['a'] }, 'what was purged')
  same((await client.get(purges)).result[0].id, id, 'the latest purge')
  await client.post(`${purges}/preview`, { body: { tags: ['a'] } })
  same((await client.get(`${purges}/explain?url=http://walk-0.test/`)).result.path, '/', 'the path')
  await refused(NotFoundError, 1240, () => client.get(`${purges}/${NOBODY}`))
})

await step('rulesets.phases.update and get', 'PUT /zones/{zone}/rulesets/phases/{phase}/entrypoint', async () => {
  const phase = 'http_request_cache_settings'
  await refused(NotFoundError, 10003, () => client.rulesets.phases.get(phase, at()))
  const rule = { action: 'set_cache_settings', expression: 'true', action_parameters: { cache: true } }
  const put = await call('rulesets.phases.update', phase, at({ rules: [rule] }))
  same((await call('rulesets.phases.get', phase, at())).id, put.id, 'the id')
})
await step('rulesets.create, list, get, update, delete', 'POST /zones/{zone}/rulesets', async () => {
  const forms = [
    ['http_request_dynamic_redirect', { action: 'redirect', action_parameters: { from_value: { status_code: 301, target_url: { value: '/to' } } } }],
    ['http_request_transform', { action: 'rewrite', action_parameters: { uri: { path: { expression: 'lower(http.request.uri.path)' } } } }],
    ['http_config_settings', { action: 'set_config', action_parameters: { ssl: 'full', rocket_loader: true } }],
    ['http_request_origin', { action: 'route', action_parameters: { origin: { port: 8443 }, sni: { value: 'a.test' } } }],
    ['http_request_firewall_custom', { action: 'block', action_parameters: { response: { status_code: 403, content: 'no', content_type: 'text/plain' } } }],
    ['http_ratelimit', { action: 'block', ratelimit: { characteristics: ['ip.src', 'cf.colo.id'], period: 60, requests_per_period: 100, mitigation_timeout: 60 } }],
    ['http_request_late_transform', { action: 'rewrite', action_parameters: { headers: { 'X-A': { operation: 'set', value: '1' } } } }],
    ['http_response_headers_transform', { action: 'rewrite', action_parameters: { headers: { 'X-B': { operation: 'remove' } } } }],
    ['http_custom_errors', { action: 'serve_error', action_parameters: { content: 'sorry', content_type: 'text/plain', status_code: 503 } }]
  ]
  for (const [phase, rule] of forms) {
    const rules = [{ ...rule, expression: 'http.request.uri.path eq "/walk"', description: 'walked' }]
    const made = await call('rulesets.create', at({ kind: 'zone', name: 'walked', phase, rules }))
    same(made.rules[0].action, rule.action, 'the action')
    const got = await call('rulesets.get', made.id, at())
    same(got.rules, made.rules, 'the rules')
    const updated = await call('rulesets.update', made.id, at({ rules: [], description: 'none' }))
    same([updated.version, updated.rules], ['2', []], 'the version and the rules')
    check((await all('rulesets.list', 100, at())).some(each => each.id === made.id), 'the ruleset is not listed')
    await refused(BadRequestError, 20001, () => client.rulesets.create(at({ kind: 'zone', name: 'two', phase, rules })))
    // The SDK gives null for 204, where its types promise nothing.
    same(await client.rulesets.delete(made.id, at()), null, 'the answer')
    await refused(NotFoundError, 10003, () => client.rulesets.get(made.id, at()))
  }
})
await step('rulesets.rules.create, edit, delete', 'POST /zones/{zone}/rulesets/{ruleset}/rules', async () => {
  const { id } = await call('rulesets.phases.get', 'http_request_cache_settings', at())
  const rule = { action: 'set_cache_settings', expression: 'ssl', action_parameters: { cache: false } }
  const first = await call('rulesets.rules.create', id, at({ ...rule, ref: 'first', position: { before: '' } }))
  same(first.rules[0].ref, 'first', 'the ref')
  const moved = await call('rulesets.rules.edit', first.rules[0].id, at({ ruleset_id: id, position: { index: 2 } }))
  same([moved.rules[1].ref, moved.rules[1].version], ['first', '1'], 'the rule')
  const off = await call('rulesets.rules.edit', first.rules[0].id, at({ ruleset_id: id, enabled: false }))
  same([off.rules[1].enabled, off.rules[1].expression], [false, 'ssl'], 'the rule')
  const left = await call('rulesets.rules.delete', first.rules[0].id, at({ ruleset_id: id }))
  same(left.rules.length, 1, 'the number of rules')
  await refused(BadRequestError, 20001, () =>
    client.rulesets.rules.create(id, at({ ...rule, expression: 'http.hots eq "a"' }))
  )
})
await step('rulesets.versions', 'GET /zones/{zone}/rulesets/{ruleset}/versions', async () => {
  const phase = 'http_request_cache_settings'
  const { id, version } = await call('rulesets.phases.get', phase, at())
  const versions = await all('rulesets.versions.list', 100, id, at())
  same(versions[0].version, version, 'the newest version')
  same((await all('rulesets.phases.versions.list', 100, phase, at())).length, versions.length, 'the number of versions')
  const old = await call('rulesets.versions.get', '1', at({ ruleset_id: id }))
  same(await call('rulesets.phases.versions.get', '1', at({ ruleset_phase: phase })), old, 'the version')
  same(await client.rulesets.versions.delete('1', at({ ruleset_id: id })), null, 'the answer')
  await refused(NotFoundError, 10003, () => client.rulesets.versions.get('1', at({ ruleset_id: id })))
  await refused(BadRequestError, 20001, () => client.rulesets.versions.delete(version, at({ ruleset_id: id })))
})
await step('ips.list', 'GET /ips', () => call('ips.list'))
await step('auditLogs.list over several pages', 'GET /accounts/{account}/audit_logs', async () => {
  const notes = await all('auditLogs.list', 10_000, { account_id: account, per_page: 50 })
  check(notes.some(note => note.resource.id === zone && note.action.type === 'add'), 'the zone is not in the log')
})
await step('user.auditLogs.list', 'GET /user/audit_logs', async () => {
  const notes = await all('user.auditLogs.list', 10_000, { per_page: 50 })
  check(notes.some(note => note.resource.type === 'token'), 'no token is in the log')
})

await step('requestTracers.traces.create', 'POST /accounts/{account}/request-tracer/trace', async () => {
  await call('dns.records.create', at({ type: 'A', name: 'traced', content: '192.0.2.1', ttl: 1, proxied: true }))
  const request = { account_id: account, method: 'GET', url: 'https://traced.walk-0.test/a.css?b', cookies: { c: 'd' } }
  // The record is at the edge a moment after it was made.
  let trace
  for (let tries = 0; trace === undefined; tries++) {
    try {
      trace = await call('requestTracers.traces.create', request)
    } catch (failure) {
      if (tries === 100 || failure.errors?.[0]?.code !== 1221) throw failure
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
  check(trace.trace.some(phase => phase.step_name === 'http_request_cache_settings'), 'the rules of the cache are not told')
  await refused(BadRequestError, 1220, () => client.requestTracers.traces.create({ ...request, url: 'nonsense' }))
})
await step('e-mail address and key', 'GET /user', async () => {
  const legacy = sdk({ apiEmail: email, apiKey: key })
  same((await legacy.user.get()).email, email, 'the address')
  const found = []
  for await (const each of legacy.zones.list({ per_page: PAGE })) found.push(each.id)
  check(found.includes(zone), 'the zone is not listed')
  await refused(PermissionDeniedError, 9103, () => sdk({ apiEmail: email, apiKey: 'a'.repeat(37) }).user.get())
})
await step('credentials that are none', 'GET /zones', async () => {
  await refused(BadRequestError, 6003, () => sdk({ apiToken: 'short' }).zones.list())
})
await step('what is wrong with Selvage is tried again', 'GET /zones', async () => {
  let calls = 0
  const failing = new Cloudflare({
    baseURL,
    apiToken,
    fetch: async (url, init) => {
      calls++
      return calls <= RETRIES ? new Response('{}', { status: 503, headers: { 'retry-after-ms': '1' } }) : watched(url, init)
    }
  })
  await failing.zones.list()
  same(calls, RETRIES + 1, 'the number of calls')
})
await step('zones.delete', 'DELETE /zones/{zone}', async () => {
  for await (const each of client.zones.list({ per_page: 50, name: 'contains:walk-' })) {
    same((await call('zones.delete', { zone_id: each.id })).id, each.id, 'the id')
  }
  await refused(NotFoundError, 1001, () => client.zones.get({ zone_id: zone }))
})

// Zones have no environments here: whatever is asked of them is refused.
const everRefused = each => each.path.includes('/environments/')
for (const each of operations) {
  const walked = asked.some(request => (request.status < 300 || everRefused(each)) && operation(request) === each)
  say({ name: `${each.method} ${each.path} was walked`, ...(walked ? {} : { failure: 'no step asked for it, or none with success' }) })
}
