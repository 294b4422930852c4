// The suite's origin server on a free port of loopback: says the port, then serves until it is ended.
// node origin.mjs DIRECTORY, where DIRECTORY is that of the package http-cache-tests.
import http from 'node:http'
import { resolve } from 'node:path'
import { argv, stdout } from 'node:process'
import { pathToFileURL } from 'node:url'

const suite = name => import(pathToFileURL(resolve(argv[2], 'server', name)).href)
const { default: config } = await suite('handle-config.mjs')
const { default: test } = await suite('handle-test.mjs')
const { default: state } = await suite('handle-state.mjs')
const handlers = { config, test, state }

const server = http.createServer((request, response) => {
  const [kind, ...rest] = request.url.split(/[/?]/).slice(1)
  const handler = handlers[kind]
  if (handler === undefined) {
    response.writeHead(404).end()
    return
  }
  handler(rest, request, response)
})
server.listen(0, '127.0.0.1', () => stdout.write(`port ${server.address().port}\n`))
