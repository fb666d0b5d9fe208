import { expect, it } from 'vitest';
import { codeSample, sampleKinds } from './code-samples.ts';
import { isSubscriptionIn } from './run.ts';
import { draftIn, hashOf, variablesOf } from './workspace.ts';

it('carries an operation in a link, with any characters', () => {
  const draft = { query: 'query { a(b: "100% & #中文 +") }', variables: '{ "c": "é&=#" }' };
  expect(draftIn(hashOf(draft))).toEqual(draft);
  expect(draftIn(hashOf({ query: '{ a }', variables: ' {} ' }))).toEqual({ query: '{ a }', variables: '{}' });
  expect(draftIn('#elsewhere')).toBeNull();
});

it('takes only an object for variables', () => {
  expect([
    variablesOf(''),
    variablesOf('{"a":1}'),
    variablesOf('[1]'),
    variablesOf('null'),
    variablesOf('{'),
  ]).toEqual([{}, { a: 1 }, null, null, null]);
});

it.each([
  ['subscription A($a: ID!) { b }', true],
  ['# subscription {\nquery { a }', false],
  ['fragment F on A { b }\nsubscription { ...F }', true],
  ['query { subscription: a(b: "subscription {") }', false],
])('recognises whether %j is a subscription: %s', (query, expected) => {
  expect(isSubscriptionIn(query)).toBe(expected);
});

it.each(sampleKinds)('writes code for %s, with the purpose and without the token itself', (kind) => {
  const operation = {
    query: `query A($n: String) {\n  a(b: "it's", n: $n)\n}`,
    variables: { n: '中文' },
    isSubscription: false,
  };
  const options = { origin: 'https://graph.example', hasToken: true, purpose: 'CARE' };
  const code = codeSample(kind, operation, options);
  expect(code).toContain('https://graph.example/graphql');
  expect(code).toContain('CARE');
  expect(code).toMatch(/Bearer (\$TOKEN|\$?\{token\})/);
  expect(code).toMatchSnapshot();
  expect(codeSample(kind, operation, { ...options, hasToken: false, purpose: null })).not.toMatch(
    /authorization|x-purpose/,
  );
});
