import { buildSchema, parse, specifiedRules, ValuesOfCorrectTypeRule, validate } from 'graphql';
import { expect, it } from 'vitest';
import { documentRules } from './document-rules.ts';
import { valuesOfCorrectType } from './input-errors.ts';
import { clientLimits } from './limits.ts';
import { validationErrors } from './valid-operation.ts';

const schema = buildSchema(`
  interface Place { name: String }
  type Road implements Place { name: String length(unit: Unit = METRES): Int twin: Road }
  type Park implements Place { name: String }
  enum Unit { METRES YARDS }
  input Filter { names: [String!] length: Int }
  type Query { road(filter: Filter): Road place: Place }
  type Subscription { road: Road park: Park }
`);

const allRules = specifiedRules.map((rule) =>
  rule === ValuesOfCorrectTypeRule ? valuesOfCorrectType : rule,
);

it.each([
  '{ road { name } }',
  '{ road }',
  '{ road { width } }',
  '{ road { name { first } } }',
  '{ road(filter: { length: "long" }) { name } }',
  '{ road(filter: { length: 1, length: 2 }) { name } }',
  '{ road(filter: $filter) { name } }',
  'query ($filter: Filter) { road { name } }',
  'query ($filter: Filter, $filter: Filter) { road(filter: $filter) { name } }',
  'query ($road: Road) { road(filter: $road) { name } }',
  'query ($filter: Int) { road(filter: $filter) { name } }',
  'query ($filter: Lost) { road(filter: $filter) { name } }',
  '{ road @unknown { name } }',
  '{ road @skip(if: true) @skip(if: false) { name } }',
  'query @include(if: true) { road { name } }',
  '{ road @skip { name } }',
  '{ place { ... on Road { length } } }',
  '{ place { ... on Unit { length } } }',
  '{ road { ... on Park { name } } }',
  '{ place { ... { name @skip(if: $skipped) } } }',
  '{ place { ...Named } }',
  '{ place { name } } fragment Named on Place { name }',
  '{ place { ...Named } } fragment Named on Place { ...Named }',
  '{ place { ...Named } } fragment Named on Place { name } fragment Named on Place { name }',
  '{ place { ...Named } } fragment Named on Lost { name }',
  '{ road { name: length name } }',
  '{ road { name } } { road { length } }',
  'query A { road { name } } query A { road { name } }',
  'subscription { road { name } park { name } }',
  '{ road { name } } type Lost { found: Missing }',
  '{ __schema { types { name } } }',
])('reports the same errors as all rules: %s', (text) => {
  const errorsOf = (rules: typeof allRules) => validate(schema, parse(text), rules).map(String);
  expect(errorsOf([...documentRules(text, true)])).toEqual(errorsOf(allRules));
});

it('leaves out the rules for variables, directives and fragments of a document without them', () => {
  const full = documentRules('query ($a: Int) { a @skip(if: $b) ...c }', true);
  expect(full).toHaveLength(specifiedRules.length);
  expect(documentRules('{ a }', true)).toHaveLength(specifiedRules.length - 13);
  expect(documentRules('{ a }', false)).toHaveLength(specifiedRules.length - 12);
});

it('reports what a rule throws about a subscription that is not executed', () => {
  const text = 'query A { road { name } } subscription B($x: Boolean!) { road @skip(if: $x) { name } }';
  const errors = validationErrors(text, schema, clientLimits);
  expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
});
