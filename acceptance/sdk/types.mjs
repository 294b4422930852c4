// What the SDK's TypeScript types promise of what its methods answer, checked while it runs.
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

export const types = directory => {
  const ts = createRequire(pathToFileURL(resolve(directory, 'package.json')))('typescript')
  const entry = resolve(directory, 'node_modules/cloudflare/client.d.mts')
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    types: []
  })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(entry)
  const client = checker
    .getExportsOfModule(checker.getSymbolAtLocation(source))
    .find(symbol => symbol.name === 'Cloudflare')

  // What `client.a.b(…)` promises; for a list, of each of its items.
  const promised = path => {
    let type = checker.getDeclaredTypeOfSymbol(client)
    for (const name of path.split('.')) {
      const property = checker.getPropertyOfType(type, name)
      if (property === undefined) throw new Error(`the SDK has no ${path}`)
      type = checker.getTypeOfSymbolAtLocation(property, source)
    }
    const answer = type.getCallSignatures()[0].getReturnType()
    const parts = checker.getTypeArguments(answer)
    return parts.at(-1)
  }

  const is = (type, flag) => (type.flags & flag) !== 0

  const faults = (value, type, at) => {
    if (is(type, ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return []
    if (type.isUnion()) {
      const each = type.types.map(one => faults(value, one, at))
      return each.some(found => found.length === 0) ? [] : each.reduce((a, b) => (a.length <= b.length ? a : b))
    }
    const wrong = expected => [`${at} should be ${expected} and is ${JSON.stringify(value)}`]
    const plain = (flag, name) => is(type, flag) && (typeof value === name ? [] : wrong(name))
    if (is(type, ts.TypeFlags.Null)) return value === null ? [] : wrong('null')
    if (is(type, ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return value === undefined ? [] : wrong('absent')
    if (type.isStringLiteral() || type.isNumberLiteral()) return value === type.value ? [] : wrong(`"${type.value}"`)
    if (is(type, ts.TypeFlags.BooleanLiteral)) {
      return String(value) === type.intrinsicName ? [] : wrong(type.intrinsicName)
    }
    const primitive =
      plain(ts.TypeFlags.String, 'string') ||
      plain(ts.TypeFlags.Number, 'number') ||
      plain(ts.TypeFlags.Boolean, 'boolean')
    if (primitive !== false) return primitive
    if (checker.isArrayType(type)) {
      if (!Array.isArray(value)) return wrong('an array')
      return value.flatMap((item, i) => faults(item, checker.getTypeArguments(type)[0], `${at}[${i}]`))
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('an object')
    return checker.getPropertiesOfType(type).flatMap(property => {
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0
      const name = property.name
      if (!Object.hasOwn(value, name)) return optional ? [] : [`${at} has no ${name}`]
      // To JSON, null in a field that may be absent is the same.
      if (value[name] == null && optional) return []
      return faults(value[name], checker.getTypeOfSymbolAtLocation(property, source), `${at}.${name}`)
    })
  }

  return (path, value) => faults(value, promised(path), path)
}
