// Errors of subgraphs that others run: masked, or passed on where that is configured.
import { GraphQLError } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { type Federation, federate, type TestedSubgraph } from '../testing/federation.ts';
import type { ExposedErrors } from './exposed-errors.ts';

const fails = (message: string, extensions: Record<string, unknown>) => () => {
  throw new GraphQLError(message, { extensions });
};
const foreign: TestedSubgraph = {
  name: 'Foreign',
  sdl: 'type Query { road: Road } type Road @key(fields: "id") { id: ID! price: Int }',
  resolvers: {
    Query: { road: () => ({ id: '1' }) },
    Road: { price: fails('no price today', { code: 'PRICE_UNKNOWN', retryAfter: 5, secret: 's' }) },
  },
};
const own: TestedSubgraph = {
  name: 'own',
  sdl: 'type Road @key(fields: "id") { id: ID! crew: String }',
  resolvers: { Road: { crew: fails('password is x', { code: 'LEAK', retryAfter: 6 }) } },
};

let federation: Federation;
afterEach(() => federation.stop());

async function errorsWith(exposedErrors?: ExposedErrors) {
  federation = await federate([foreign, own], { exposedErrors });
  const { data, errors = [] } = await federation.request('{ road { id price crew } }');
  expect(data).toEqual({ road: { id: '1', price: null, crew: null } });
  return new Map(errors.map((error) => [error.path?.join('.'), error]));
}

describe('an error of a subgraph that others run', () => {
  it('is masked by default', async () => {
    const errors = await errorsWith();
    expect(errors.get('road.price')?.extensions).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      service: 'Foreign',
    });
    expect(JSON.stringify([...errors])).not.toMatch(/price today|PRICE_UNKNOWN|retryAfter/);
  });

  it('is passed on with its message, code and configured extensions if the subgraph is listed; those of other subgraphs stay masked', async () => {
    const errors = await errorsWith({
      extensions: new Map([['Foreign', ['retryAfter']]]),
      masked: new Set(),
    });
    const { message, extensions, locations } = errors.get('road.price') ?? {};
    expect(message).toBe('no price today');
    expect(extensions).toEqual({ code: 'PRICE_UNKNOWN', retryAfter: 5, service: 'Foreign' });
    expect(locations).toEqual([{ line: 1, column: 13 }]);
    expect(errors.get('road.crew')?.extensions).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    expect(JSON.stringify([...errors])).not.toMatch(/password|LEAK|secret/);
  });
});
