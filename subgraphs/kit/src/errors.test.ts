import { GraphQLError } from 'graphql';
import { expect, it } from 'vitest';
import { BadInput, badInput, errorCodes, formatError } from './errors.ts';

const format = (error: GraphQLError, log: (event: Record<string, unknown>) => void = () => {}) =>
  formatError(error.toJSON(), error, log);

it('has a Chinese text for every code', () => {
  for (const sentence of Object.values(errorCodes)) expect(sentence).toMatch(/\p{Script=Han}/u);
});

it('keeps an error with a code as it is, with its argument', () => {
  const formatted = format(badInput('first', { zh: '1 到 100', en: '1 to 100' }, 1000));
  expect(formatted.message).toBe('first 应为 1 到 100，收到 1000。 first: expected 1 to 100, received 1000.');
  expect(formatted.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: 'first' });
});

it.each([
  ['1 到 100', 'at 应为 1 到 100。 at: expected x.'],
  ['true 或 false', 'at 应为 true 或 false。 at: expected x.'],
  ['整数', 'at 应为整数。 at: expected x.'],
])('separates Latin letters and digits from Chinese: %s', (zh, message) => {
  expect(new BadInput('at', { zh, en: 'x' }).message).toBe(message);
});

it('puts Chinese in front of a message in English only', () => {
  const error = new GraphQLError('Cannot query field "x".', {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
  expect(format(error).message).toBe('查询不符合图的模式：Cannot query field "x".');
});

it('masks an error without a code, and logs it in full under its trace id', () => {
  const logged: Record<string, unknown>[] = [];
  const original = new Error('relation "elder" does not exist at 10.0.0.1');
  const formatted = format(new GraphQLError(original.message, { originalError: original }), (event) =>
    logged.push(event),
  );
  expect(formatted.message).toBe(errorCodes.INTERNAL_SERVER_ERROR);
  expect(JSON.stringify(formatted)).not.toContain('elder');
  expect(logged).toMatchObject([{ event: 'error', traceId: formatted.extensions?.traceId }]);
});

it('reports that the database is away if that is the cause', () => {
  const original = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:15432'), { code: 'ECONNREFUSED' });
  const formatted = format(new GraphQLError(original.message, { originalError: original }));
  expect(formatted.extensions?.code).toBe('DATABASE_UNAVAILABLE');
  expect(formatted.message).not.toContain('15432');
});

it.each([
  ['57P01', 'DATABASE_UNAVAILABLE'],
  ['57P03', 'DATABASE_UNAVAILABLE'],
  ['53300', 'DATABASE_UNAVAILABLE'],
  ['08006', 'DATABASE_UNAVAILABLE'],
  ['CONNECTION_CLOSED', 'DATABASE_UNAVAILABLE'],
  ['25006', 'DATABASE_READ_ONLY'],
  ['55P03', 'DATABASE_BUSY'],
  ['57014', 'DATABASE_BUSY'],
  ['40001', 'DATABASE_BUSY'],
  ['40P01', 'DATABASE_BUSY'],
] as const)('reports %s as transient, with the time to retry', (code, expected) => {
  const original = Object.assign(new Error('cannot execute INSERT in relation "elder"'), { code });
  const formatted = format(new GraphQLError(original.message, { originalError: original }));
  expect(formatted.extensions).toMatchObject({ code: expected, retryAfterMs: 1000 });
  expect(formatted.message).toBe(errorCodes[expected]);
});

it('reports a database that takes no connections as a transient error', () => {
  const refused = { code: '55000', severity: 'FATAL' };
  const original = Object.assign(
    new Error('database "culture" is not currently accepting connections'),
    refused,
  );
  const formatted = format(new GraphQLError(original.message, { originalError: original }));
  expect(formatted.extensions).toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryAfterMs: 1000 });
});

it.each(['42P01', '22012', '55000', '57000'])('does not report %s as a transient error', (code) => {
  const original = Object.assign(new Error('no'), { code });
  const formatted = format(new GraphQLError(original.message, { originalError: original }));
  expect(formatted.extensions?.code).toBe('INTERNAL_SERVER_ERROR');
  expect(formatted.extensions).not.toHaveProperty('retryAfterMs');
});
