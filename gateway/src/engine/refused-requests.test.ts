// Requests that a subgraph refused as a whole: which of its errors are reported, and where.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Federation, federate } from '../testing/federation.ts';

let federation: Federation;
beforeAll(async () => {
  const sdl = 'type Query { n: Int s: String double(of: Int!): Int }';
  federation = await federate([{ name: 'numbers', sdl, resolvers: {} }]);
});
afterAll(() => federation.stop());

async function refused(messages: readonly string[], query: string) {
  const answer = JSON.stringify({
    errors: messages.map((message) => ({ message, extensions: { code: 'BAD_USER_INPUT' } })),
  });
  federation.replaceSubgraph('numbers', () => Buffer.from(answer).toString('latin1'));
  return JSON.parse(await federation.requestText(query)) as {
    data: Record<string, null>;
    errors: { message: string; path: string[] }[];
  };
}

it.each([1, 2, 10])('%i errors are reported ten times at most, for any number of fields', async (count) => {
  const messages = Array.from({ length: count }, (_, index) => `输入有误：${index}`);
  const fields = Array.from({ length: 41 }, (_, index) => `x${index}: double(of: ${index})`);
  const { data, errors } = await refused(messages, `{ ${fields.join(' ')} }`);
  expect(Object.values(data)).toEqual(Array(41).fill(null));
  expect(errors).toHaveLength(10);
  expect(new Set(errors.map(({ message }) => message))).toEqual(new Set(messages));
});

it('all errors are reported where they outnumber the null fields', async () => {
  const { errors } = await refused(['输入有误：a', '输入有误：b', '输入有误：c'], '{ n s }');
  expect(errors.map(({ message, path }) => [message, ...path])).toEqual([
    ['输入有误：a', 'n'],
    ['输入有误：b', 's'],
    ['输入有误：c', 's'],
  ]);
});
