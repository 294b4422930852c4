/** A description in the form of the API's own, with one of each thing that the page shows. */
export const DESCRIPTION = {
  openapi: '3.1.0',
  info: { title: 'Selvage management API', version: 'v4', description: 'What it is for.' },
  tags: [
    { name: 'Zones', description: 'A domain and everything about it.' },
    { name: 'DNS records', description: 'Which host names the edge answers for.' },
  ],
  'x-selvage-errors': [{ status: 400, code: 9106, when: 'There are no credentials.' }],
  paths: {
    '/zones': {
      get: {
        operationId: 'getZones',
        tags: ['Zones'],
        summary: 'List zones',
        'x-selvage-permission': 'Zone Read',
        parameters: [
          { name: 'per_page', in: 'query', description: 'How many.', schema: { type: 'integer', minimum: 1, maximum: 50, default: 20 } },
        ],
        responses: {
          '200': {
            content: {
              'application/json': {
                schema: { properties: { result: { type: 'array', items: { $ref: '#/components/schemas/Zone' } } } },
              },
            },
          },
        },
      },
      post: {
        operationId: 'postZones',
        tags: ['Zones'],
        summary: 'Make a zone',
        'x-selvage-permission': 'Zone Write',
        'x-selvage-errors': [{ status: 400, code: 1061, when: 'Another zone has the name.' }],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['account', 'name'],
                properties: {
                  account: { type: 'object', required: ['id'], properties: { id: { $ref: '#/components/schemas/Id' } } },
                  name: { type: 'string', examples: ["it's.example"] },
                  type: { type: 'string', enum: ['full', 'partial'], default: 'full' },
                },
              },
            },
          },
        },
        responses: {},
      },
    },
    '/zones/{zone}/dns_records/import': {
      post: {
        operationId: 'import',
        tags: ['DNS records'],
        summary: 'Import records',
        description: 'From a zone file.',
        'x-selvage-addition': true,
        'x-selvage-permission': ['DNS Write', 'Zone Write'],
        parameters: [{ $ref: '#/components/parameters/zone' }],
        requestBody: { content: { 'multipart/form-data': { schema: { type: 'object', properties: {} } } } },
        responses: {},
      },
    },
    '/openapi.json': {
      get: { operationId: 'open', tags: ['Zones'], summary: 'Get the description', security: [], responses: {} },
    },
  },
  components: {
    parameters: { zone: { name: 'zone', in: 'path', required: true, schema: { $ref: '#/components/schemas/Id' } } },
    schemas: {
      Id: { type: 'string', pattern: '^[0-9a-f]{32}$', description: 'An id.' },
      Zone: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { $ref: '#/components/schemas/Id' },
          catch_all: { type: 'boolean', description: 'Whether it answers for all.', 'x-selvage-addition': true },
          owner: { $ref: '#/components/schemas/Zone' },
          seen: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        },
      },
    },
  },
};
