import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderType, renderWebTypes } from './generate-web-types.ts'

const flat = (text: string): string => text.replace(/\s+/g, ' ')

test('nullable is understood in all three spellings', () => {
  assert.equal(renderType({ anyOf: [{ type: 'string' }, { type: 'null' }] }), '(string | null)')
  assert.equal(renderType({ type: ['integer', 'null'] }), '(number | null)')
  assert.equal(renderType({ type: 'string', nullable: true }), '(string | null)')
})

test('enums and constants become literals', () => {
  assert.equal(renderType({ type: 'string', enum: ['queued', 'running'] }), '("queued" | "running")')
  assert.equal(renderType({ const: 'image', type: 'string' }), '"image"')
})

test('a union inside an array or an intersection keeps its meaning', () => {
  const either = { oneOf: [{ type: 'string' }, { type: 'number' }] }
  assert.equal(renderType({ type: 'array', items: either }), 'Array<(string | number)>')
  assert.equal(flat(renderType({ allOf: [{ $ref: '#/components/schemas/Base' }, either] })), 'components["schemas"]["Base"] & (string | number)')
})

test('only listed properties are required, and open objects keep their value type', () => {
  const schema = { type: 'object', properties: { id: { type: 'string' }, 'x-note': { type: 'string' } }, required: ['id'], additionalProperties: false }
  assert.equal(flat(renderType(schema)), '{ id: string "x-note"?: string }')
  assert.equal(renderType({ type: 'object', additionalProperties: { type: 'number' } }), '{ [key: string]: number }')
  assert.equal(renderType({}), 'unknown')
})

test('a reference outside the components is refused', () => {
  assert.throws(() => renderType({ $ref: './other.json#/Thing' }), /only references into #\/components/)
})

test('an operation carries its parameters, body and every response', () => {
  const text = flat(renderWebTypes({
    paths: {
      '/api/things/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        post: {
          parameters: [{ name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } }],
          requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
          responses: {
            202: { description: 'taken', content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
            204: { description: 'nothing' },
            default: { $ref: '#/components/responses/Problem' },
          },
        },
      },
    },
    components: {
      schemas: { Thing: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } },
      responses: { Problem: { content: { 'application/problem+json': { schema: { type: 'object' } } } } },
    },
  }))
  assert.match(text, /"\/api\/things\/\{id\}": \{ parameters: \{ query\?: never header\?: never path: \{ id: string \}/)
  assert.match(text, /header\?: \{ "Idempotency-Key"\?: string \} path: \{ id: string \}/)
  assert.match(text, /requestBody: \{ content: \{ "application\/json": components\["schemas"\]\["Thing"\] \} \}/)
  assert.match(text, /202: \{ headers: \{ \[name: string\]: unknown \} content: \{ "application\/json": components/)
  assert.match(text, /204: \{ headers: \{ \[name: string\]: unknown \} content\?: never \}/)
  assert.match(text, /default: \{ headers: \{ \[name: string\]: unknown \} content: \{ "application\/problem\+json": \{ \[key: string\]: unknown \}/)
  assert.match(text, /get\?: never/)
  assert.match(text, /Thing: \{ n: number \}/)
})
