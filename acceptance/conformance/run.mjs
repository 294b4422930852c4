// Runs the suite against a cache whose origin is origin.mjs, and prints one JSON object per test and line.
// node run.mjs DIRECTORY BASE_URL [ID...]
//
// A test passes when it did what it says and every test that it depends on passed.
import { resolve } from 'node:path'
import { argv, stdout } from 'node:process'
import { pathToFileURL } from 'node:url'
import { corrections } from './corrections.mjs'

const AT_ONCE = 40

const [directory, base, ...only] = argv.slice(2)
const suite = name => import(pathToFileURL(resolve(directory, name)).href)
const { runTests, getResults } = await suite('client/runner.mjs')
const { default: groups } = await suite('tests/index.mjs')

const chosen = groups.map(group => ({
  ...group,
  tests: group.tests.filter(test => !test.browser_only && (only.length === 0 || only.includes(test.id)))
}))
for (const test of chosen.flatMap(group => group.tests)) {
  corrections[test.id]?.(test)
}

// A request as the test words it. `fetch` adds `Cache-Control: no-cache` and `Pragma: no-cache` to a conditional or partial
// request that has none, which would ask the cache for something else; words that no cache knows keep it from that.
const ask = (url, init = {}) => {
  const headers = new Headers(init.headers)
  const ours = ['pragma', 'cache-control'].filter(name => !headers.has(name)).map(name => [name, 'as-it-is'])
  return fetch(url, { ...init, headers: [...(init.headers ?? []), ...ours] })
}

// What a test prints about itself must not stand between the results.
console.log = console.error
await runTests(chosen, ask, false, base, AT_ONCE)

const results = getResults()
const tests = new Map(chosen.flatMap(group => group.tests).map(test => [test.id, test]))
const did = id => results[id] === true
const wants = id => (tests.get(id).depends_on ?? []).filter(other => tests.has(other))
const unmet = id => wants(id).filter(other => !did(other) || unmet(other).length > 0)

const failure = id => {
  if (!(id in results)) return 'did not run'
  if (!did(id)) return results[id].join(': ')
  return unmet(id).length > 0 ? `depends on ${unmet(id).join(', ')}` : null
}

for (const [id, test] of tests) {
  stdout.write(JSON.stringify({ id, kind: test.kind ?? 'required', failure: failure(id) }) + '\n')
}
