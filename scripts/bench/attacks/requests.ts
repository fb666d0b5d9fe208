// The hostile requests that npm run bench:hostile sends, by the name of the case.
import { createHash } from 'node:crypto';
import { getIntrospectionQuery } from 'graphql';

/** A request whose body is not plain JSON, or that has headers of its own. */
export class HostileRequest {
  body: string;
  headers: Record<string, string>;

  constructor(body: object | string, headers: Record<string, string> = {}) {
    this.body = typeof body === 'string' ? body : JSON.stringify(body);
    this.headers = headers;
  }
}

export const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const kinds = ['City', 'District', 'Subdistrict', 'Community'];
const ofEachKind = (selections: (kind: string) => string) =>
  kinds.map((kind) => `... on ${kind} { ${selections(kind)} }`).join(' ');
const divisionFields =
  'name elderlyCare { elders } security { cameras } culture { venues } sanitation { workersOnDuty }';
/** Selects different fields of each kind. */
const differing = (depth: number, prefix: string): string =>
  depth === 0
    ? divisionFields
    : ofEachKind((kind) => `${prefix}${kind}${depth}: code parent { ${differing(depth - 1, prefix)} }`);

/** Each returns the body of a request, or a whole request. Where it matters, no two serial numbers give the same body. */
export const requestCases: Record<string, (serial: number) => object | HostileRequest> = {
  'fragments that double': () => {
    const levels = Array.from(
      { length: 25 },
      (_, level) => `fragment F${level + 1} on Query { a${level}: users { id } ...F${level} ...F${level} }`,
    );
    return { query: `{ ...F25 } fragment F0 on Query { users { name } } ${levels.join(' ')}` };
  },
  'many aliases': (serial) => ({
    query: `{ ${times(200, (index) => `a${serial}_${index}: topProducts { name reviews { body } inStock }`)} }`,
  }),
  'deep joins': (serial) => ({
    query: `{ users { ${'reviews { author { '.repeat(5)} name x${serial}: id ${'} }'.repeat(5)} } }`,
  }),
  'deep braces': () => ({ query: '{a'.repeat(5000) }),
  'an endless list of directives': (serial) => ({
    query: `{ users { name ${'@include(if: true) '.repeat(3000)} x${serial}: id } }`,
  }),
  'one field, often': (serial) => ({ query: `{ users { ${'name '.repeat(4000)} x${serial}: id } }` }),
  'fragments to be compared': (serial) => ({
    query: `{ ${times(800, (index) => `...F${index}`)} } ${times(800, (index) => `fragment F${index} on Query { users { name id x${serial}: id } }`)}`,
  }),
  'conditions in all combinations': (serial) => ({
    query: `query (${times(12, (index) => `$v${index}: Boolean!`)}) { users { id ${times(12, (index) => `a${index}: name @include(if: $v${index})`)} } }`,
    variables: Object.fromEntries(
      Array.from({ length: 12 }, (_, bit) => [`v${bit}`, (serial >> bit) % 2 === 1]),
    ),
  }),
  'large variables': () => ({
    query: 'query ($a: Int) { topProducts(first: $a) { name } }',
    variables: { a: 1, b: Array.from({ length: 20_000 }, (_, index) => `x${index}`) },
  }),
  'introspection, nested': (serial) => ({
    query: `{ x${serial}: __schema { types { fields { type { fields { name type { fields { name type { name } } } } } } } } }`,
  }),
  'directives in one place': (serial) => ({
    query: `{ users { name ${times(5, () => '@include(if: true)')} x${serial}: id ${times(400, () => '@aa')} } }`,
  }),
  'deep fields': (serial) => ({
    query: `{ x${serial}: users { ${'reviews { author { '.repeat(30)} name ${'} }'.repeat(30)} } }`,
  }),
  'fragments in fragments': (serial) => ({
    query: `{ ...F0 } ${times(90, (index) => `fragment F${index} on Query { ${'... { '.repeat(90)} ...F${index + 1} ${'} '.repeat(90)} }`)} fragment F90 on Query { x${serial}: __typename }`,
  }),
  'a long list of operations': (serial) =>
    Array.from({ length: 500 }, () => ({ query: `{ x${serial}: __typename }` })),
  'many operations in one document': (serial) => ({
    query: times(400, (index) => `query Q${serial}_${index} { users { name } }`),
    operationName: `Q${serial}_0`,
  }),
  'nested variables': () => ({
    query: '{ topProducts(first: 1) { name } }',
    variables: {
      a: JSON.parse(`${'['.repeat(150)}${']'.repeat(150)}`),
      b: Array.from({ length: 900 }, () => ({ a: {} })),
    },
  }),
  'more than it may cost': (serial) => ({
    query: `{ x${serial}: users { ${'reviews { product { reviews { author { '.repeat(2)} name ${'} } } }'.repeat(2)} } }`,
  }),
  'texts to be kept by their hashes': (serial) => {
    const query = `{ x${serial}: topProducts(first: 1) { name } } #${'x'.repeat(150_000)}`;
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    return { query, extensions: { persistedQuery: { version: 1, sha256Hash } } };
  },
  'a viewer anew each time': (serial) =>
    new HostileRequest(
      { query: '{ topProducts(first: 1) { name } }' },
      { authorization: `Bearer ${serial}${'x'.repeat(4000)}` },
    ),
  'costs requested': (serial) =>
    new HostileRequest(
      { query: `{ x${serial % 50}: users { name reviews { body author { name } } } }` },
      { 'x-cost': 'on' },
    ),
  'an ordinary operation, often': () => ({ query: '{ topProducts(first: 2) { name inStock } }' }),
  'no JSON': () => new HostileRequest(`{"query":"${'x'.repeat(200_000)}`),
  'too long a body': () => new HostileRequest(`{"query":"${'x'.repeat(300_000)}"}`),
  'escapes to be looked at': () =>
    new HostileRequest(
      `{"query":"{ topProducts(first: 1) { name } }","variables":{"a":"${'\\\\u0000'.repeat(20_000)}"}}`,
    ),
  'type conditions, under new names': (serial) => ({
    query: `query Q${serial} { division(code: "410105") { ...t0 } } ${times(4, (level) => `fragment t${level} on Division { ${ofEachKind(() => `code parent { ...t${level + 1} }`)} }`)} fragment t4 on Division { ${divisionFields} }`,
  }),
  'type conditions that differ': (serial) => ({
    query: `{ division(code: "410105") { ${differing(3, `x${serial}`)} } }`,
  }),
  'more type conditions than are planned': (serial) => ({
    query: `{ division(code: "410105") { ${differing(4, `x${serial}`)} } }`,
  }),
  'ordinary operations, never the same': (serial) => ({
    query: `{ x${serial}: users { name reviews { product { name inStock reviews { author { name } } } } } }`,
  }),
  'the schema, 49 times': (serial) => ({
    query: `{ ${times(49, (index) => `x${serial}_${index}: __schema { types { name description fields { name description type { name } } } }`)} }`,
  }),
  'the schema, under new names': (serial) => ({
    query: getIntrospectionQuery()
      .replace('IntrospectionQuery', `Q${serial}`)
      .replace('__schema', `x${serial}: __schema`),
  }),
  'types, as often as they may be requested': (serial) => ({
    query: `{ ${times(10, (index) => `x${serial}_${index}: __type(name: "Division") { possibleTypes { fields { type { fields { name description } } } } }`)} }`,
  }),
  'what is no GraphQL': (serial) => ({ query: '{'.repeat(150) + serial }),
  'root fields under aliases': (serial) => ({
    query: `{ ${times(50, (index) => `a${serial}_${index}: topProducts(first: 5) { name inStock }`)} }`,
  }),
  'names that are long': (serial) => ({
    query: `{ ${times(20, (index) => `${'a'.repeat(10_000)}${serial}_${index}: users { name }`)} }`,
  }),
};

/** The same, for the whole graph with its databases. */
export const wholeGraphCases: Record<string, (serial: number) => object | HostileRequest> = {
  'series of differing periods': (serial) => {
    const day = (ordinal: number) => new Date(Date.UTC(2025, 0, 1 + ordinal)).toISOString().slice(0, 10);
    // As many points as the cost limit of an operation allows.
    const trends = times(
      34,
      (index) =>
        `t${index}: trend(metric: CASES, interval: DAY, period: { from: "${day((serial + index) % 250)}", to: "${day(349 + index)}" }) { start value }`,
    );
    return { query: `{ division(code: "410105") { security { ${trends} } } }` };
  },
};
