import { expect, it } from 'vitest';
import { operationFromBody, operationFromMessage, operationFromSearch } from '../http/graphql-request.ts';
import { PersistedQueries } from '../http/persisted-queries.ts';
import { memberText, parseExactly } from './exact-numbers.ts';

it.each([
  '{"id":9007199254740993,"n":1}',
  '[18446744073709551615,-9223372036854775808]',
  '0.30000000000000004441',
  '123456789.12345678901',
  '{"a":[1e400,{"b":1E-999}]}',
  '{"text":"9007199254740993","n":12}',
  '["9007199254740993\\"",9007199254740993,"\\\\",-9007199254740993]',
  '{"9007199254740993":{"__proto__":9007199254740993,"constructor":1e999}}',
])('writes the numbers of %s unchanged', (text) => {
  expect(JSON.stringify(parseExactly(text))).toBe(text);
});

it('returns numbers that a float represents as numbers', () => {
  expect(parseExactly('{"n":1.5,"list":[0,-2,100],"long":"1234567890123456"}')).toEqual({
    n: 1.5,
    list: [0, -2, 100],
    long: '1234567890123456',
  });
});

it('throws a SyntaxError for invalid JSON', () => {
  expect(() => parseExactly('{"a":12345678901234567,}')).toThrow(SyntaxError);
});

it.each([
  ['a body', operationFromBody],
  [
    'a message',
    (text: string, documents: PersistedQueries) =>
      operationFromMessage(JSON.parse(text), `{"type":"subscribe","payload":${text}}`, documents),
  ],
  [
    'a search',
    (text: string, documents: PersistedQueries) =>
      operationFromSearch(`query={a}&variables=${encodeURIComponent(text.slice(27, -1))}`, documents),
  ],
])(
  'keeps the variables of %s as they were written, in addition to the floats that checks see',
  (_what, read) => {
    const { variables, exactVariables } = read(
      '{"query":"{a}","variables":{"id":9007199254740993,"f":0.5}}',
      new PersistedQueries(),
    );
    expect(variables).toEqual({ id: 9007199254740992, f: 0.5 });
    expect(JSON.stringify(exactVariables)).toBe('{"id":9007199254740993,"f":0.5}');
  },
);

it('keeps nothing in addition to variables that floats represent', () => {
  const { exactVariables } = operationFromBody(
    '{"query":"{a}","variables":{"id":7}}',
    new PersistedQueries(),
  );
  expect(exactVariables).toBeUndefined();
});

it.each([
  ['{"b":[1,{"a":2}],"a":{"x":[3]}}', '{"x":[3]}'],
  ['{"a":1,"a":2}', '2'],
  ['{"\\u0061":1,"b":"a\\":,"}', '1'],
  ['{ "b" : "a" , "a" : "{,}" }', ' "{,}" '],
  ['{"b":{"a":1}}', 'null'],
  ['{}', 'null'],
])('finds the last member of the name in the text %s', (text, found) => {
  expect(memberText(text, 'a')).toBe(found);
});

it('reads the numbers of the same member that JSON.parse reads', () => {
  const { variables, exactVariables } = operationFromBody(
    '{"variables":{"id":1},"zz":[1e400],"query":"{a}","vari\\u0061bles":{"id":9007199254740993}}',
    new PersistedQueries(),
  );
  expect(variables).toEqual({ id: 9007199254740992 });
  expect(JSON.stringify(exactVariables)).toBe('{"id":9007199254740993}');
});

it('keeps no exact numbers if the variables have more values than allowed', () => {
  const body = '{"query":"{a}","variables":{"a":[9007199254740993,1,2]}}';
  expect(operationFromBody(body, new PersistedQueries(), 4).exactVariables).toBeDefined();
  expect(operationFromBody(body, new PersistedQueries(), 3).exactVariables).toBeUndefined();
});
