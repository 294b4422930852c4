/** The API's description of itself, as a reader wants it: sections of operations with tables. Nothing is thrown. */
import { failed, field, judge, ok, type Result } from './client.ts';

export interface Row {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly text: string;
  readonly addition: boolean;
}

export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly when: string;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly text: string;
  /** Whether it is Selvage's own. */
  readonly addition: boolean;
  /** What a token must be allowed; empty where any will do. */
  readonly permission: string;
  readonly parameters: readonly Row[];
  readonly body: readonly Row[];
  readonly answer: readonly Row[];
  readonly refusals: readonly Refusal[];
  readonly example: string;
}

export interface Section {
  readonly name: string;
  readonly text: string;
  readonly operations: readonly Operation[];
}

export interface Description {
  readonly title: string;
  readonly text: string;
  readonly sections: readonly Section[];
  /** What any operation may answer. */
  readonly refusals: readonly Refusal[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const PATIENCE_MS = 30_000;

/** How deep the fields of a field are shown. */
const DEEPEST = 4;

export async function getDescription(base: string, send: typeof fetch = (input, init) => fetch(input, init)): Promise<Result<Description>> {
  let status: number;
  let body: unknown;
  try {
    const response = await send('/client/v4/openapi.json', { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'error' });
    status = response.status;
    body = await response.json();
  } catch {
    return failed({ kind: 'unreachable', message: 'Nothing answers at this address. Is Selvage still running?' });
  }
  const judged = judge(status, null, body);
  return judged.ok ? ok(readDescription(judged.value, base)) : judged;
}

/** @param base where the API is, for the examples */
export function readDescription(document: unknown, base: string): Description {
  const operations = Object.entries(object(field(document, 'paths'))).flatMap(([path, item]) =>
    METHODS.filter((method) => field(item, method) !== undefined).map((method) => ({
      tag: text(list(field(field(item, method), 'tags'))[0]),
      operation: readOperation(document, method, path, field(item, method), base),
    })),
  );
  return {
    title: text(field(field(document, 'info'), 'title')),
    text: text(field(field(document, 'info'), 'description')),
    refusals: refusals(document),
    sections: list(field(document, 'tags')).map((tag) => ({
      name: text(field(tag, 'name')),
      text: text(field(tag, 'description')),
      operations: operations.filter((each) => each.tag === text(field(tag, 'name'))).map((each) => each.operation),
    })),
  };
}

/** The sections with what has every word, in any case; a section whose own name has them is whole. */
export function search(sections: readonly Section[], words: string): readonly Section[] {
  const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const has = (all: string): boolean => wanted.every((word) => all.toLowerCase().includes(word));
  return sections
    .map((section) => ({
      ...section,
      operations: section.operations.filter((operation) =>
        has(
          [
            section.name,
            operation.method,
            operation.path,
            operation.summary,
            operation.text,
            operation.permission,
            ...[...operation.parameters, ...operation.body].map((row) => row.name),
            ...operation.refusals.map((refusal) => String(refusal.code)),
          ].join(' '),
        ),
      ),
    }))
    .filter((section) => section.operations.length > 0);
}

function readOperation(document: unknown, method: string, path: string, operation: unknown, base: string): Operation {
  const permission = field(operation, 'x-selvage-permission');
  const free = Array.isArray(field(operation, 'security'));
  const content = object(field(field(operation, 'requestBody'), 'content'));
  const [type, body] = Object.entries(content)[0] ?? ['', undefined];
  const schema = resolve(document, field(body, 'schema'));
  const answer = field(object(field(field(field(operation, 'responses'), '200'), 'content'))['application/json'], 'schema');
  return {
    id: text(field(operation, 'operationId')),
    method: method.toUpperCase(),
    path,
    summary: text(field(operation, 'summary')),
    text: text(field(operation, 'description')),
    addition: field(operation, 'x-selvage-addition') === true,
    permission: Array.isArray(permission) ? permission.map(text).join(' or ') : text(permission),
    parameters: list(field(operation, 'parameters')).map((parameter) => parameterRow(document, parameter)),
    body: rows(document, schema, '', 0),
    answer: rows(document, field(field(resolve(document, answer), 'properties'), 'result'), '', 0),
    refusals: refusals(operation),
    example: curl(method.toUpperCase(), `${base}/client/v4${path}`, type, sample(document, schema, 0), free),
  };
}

function parameterRow(document: unknown, given: unknown): Row {
  const parameter = resolve(document, given);
  const schema = resolve(document, field(parameter, 'schema'));
  return {
    name: text(field(parameter, 'name')),
    type: typeName(document, schema),
    required: field(parameter, 'required') === true,
    text: [text(field(parameter, 'description')), bounds(schema)].filter((part) => part !== '').join(' '),
    addition: field(parameter, 'x-selvage-addition') === true,
  };
}

/** The fields of an object and, below them, theirs; of a list, those of its elements. */
function rows(document: unknown, given: unknown, prefix: string, depth: number): Row[] {
  const schema = resolve(document, given);
  if (depth > DEEPEST) {
    return [];
  }
  if (field(schema, 'items') !== undefined) {
    return rows(document, field(schema, 'items'), `${prefix}[]`, depth);
  }
  const any = list(field(schema, 'anyOf'));
  if (any.length > 0) {
    return any.flatMap((each) => rows(document, each, prefix, depth));
  }
  const required = list(field(schema, 'required'));
  return Object.entries(object(field(schema, 'properties'))).flatMap(([name, value]) => {
    const inner = resolve(document, value);
    const path = prefix === '' ? name : `${prefix}.${name}`;
    return [
      {
        name: path,
        type: typeName(document, inner),
        required: required.includes(name),
        text: [text(field(inner, 'description')), bounds(inner)].filter((part) => part !== '').join(' '),
        addition: field(inner, 'x-selvage-addition') === true,
      },
      ...rows(document, inner, path, depth + 1),
    ];
  });
}

function typeName(document: unknown, schema: unknown): string {
  const type = field(schema, 'type');
  const any = list(field(schema, 'anyOf'));
  if (any.length > 0) {
    return [...new Set(any.map((each) => typeName(document, resolve(document, each))))].join(' or ');
  }
  if (Array.isArray(type)) {
    return type.map(text).join(' or ');
  }
  if (type === 'array') {
    return `array of ${typeName(document, resolve(document, field(schema, 'items')))}`;
  }
  return type === undefined ? (field(schema, 'const') === undefined ? 'any' : typeof field(schema, 'const')) : text(type);
}

/** The limits of a value, in words. */
function bounds(schema: unknown): string {
  const said: string[] = [];
  const say = (name: string, words: (value: string) => string): void => {
    const value = field(schema, name);
    if (value !== undefined) {
      said.push(words(Array.isArray(value) ? value.map(String).join(', ') : String(value)));
    }
  };
  say('enum', (value) => `One of ${value}.`);
  say('const', (value) => `Always ${value}.`);
  say('minimum', (value) => `At least ${value}.`);
  say('maximum', (value) => `At most ${value}.`);
  say('maxLength', (value) => `At most ${value} characters.`);
  say('maxItems', (value) => `At most ${value} of them.`);
  say('default', (value) => `${value} when absent.`);
  return said.join(' ');
}

/** A small value that fits a schema: what is required, and the first of what is not when nothing is. */
function sample(document: unknown, given: unknown, depth: number): unknown {
  const schema = resolve(document, given);
  const examples = list(field(schema, 'examples'));
  if (examples.length > 0) {
    return examples[0];
  }
  const any = list(field(schema, 'anyOf'));
  if (any.length > 0) {
    return sample(document, any[0], depth + 1);
  }
  const values = list(field(schema, 'enum'));
  if (values.length > 0) {
    return values[0];
  }
  if (field(schema, 'const') !== undefined) {
    return field(schema, 'const');
  }
  const properties = object(field(schema, 'properties'));
  const type = field(schema, 'type');
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object': {
      const required = list(field(schema, 'required')).map(text);
      const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1);
      return depth > DEEPEST ? {} : Object.fromEntries(names.map((name) => [name, sample(document, properties[name], depth + 1)]));
    }
    case 'array':
      return depth > DEEPEST ? [] : [sample(document, field(schema, 'items'), depth + 1)];
    case 'integer':
    case 'number':
      return field(schema, 'default') ?? field(schema, 'minimum') ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return field(schema, 'pattern') === '^[0-9a-f]{32}$' ? '0123456789abcdef0123456789abcdef' : 'text';
    default:
      return null;
  }
}

/** A command for a POSIX shell. */
function curl(method: string, url: string, type: string, body: unknown, free: boolean): string {
  const lines = [`curl${method === 'GET' ? '' : ` -X ${method}`} '${url}'`];
  if (!free) {
    lines.push(`-H "Authorization: Bearer $TOKEN"`);
  }
  if (type === 'application/json') {
    lines.push(`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(body).replace(/'/g, `'\\''`)}'`);
  } else if (type === 'multipart/form-data') {
    lines.push(`-F 'file=@FILE'`);
  }
  return lines.join(' \\\n  ');
}

function refusals(node: unknown): Refusal[] {
  return list(field(node, 'x-selvage-errors')).map((error) => ({
    status: Number(field(error, 'status')),
    code: Number(field(error, 'code')),
    when: text(field(error, 'when')),
  }));
}

/** What a node with a `$ref` into the document stands for. */
function resolve(document: unknown, node: unknown): unknown {
  let at = node;
  for (let steps = 0; steps < 10; steps++) {
    const reference = field(at, '$ref');
    if (typeof reference !== 'string') {
      return at;
    }
    at = reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((inner, name) => field(inner, name), document);
  }
  return undefined;
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
