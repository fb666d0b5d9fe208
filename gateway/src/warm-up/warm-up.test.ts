import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../config/gateway-config.ts';
import { type Federation, federate } from '../testing/federation.ts';
import { roadRequest } from '../testing/road-graph.ts';
import { shopSubgraphs } from '../testing/shop-graph.ts';
import { generatedQueries } from './generated-operations.ts';
import { generatedResponse } from './generated-responses.ts';
import { warmUp } from './warm-up.ts';

describe('generated queries', () => {
  const sdl = readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8');
  const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
  const queries = [...generatedQueries(schema, 100)];

  it('are valid, differ, and are the same each time', () => {
    for (const query of queries)
      expect([query, ...validate(schema, parse(query)).map(String)]).toEqual([query]);
    const shapes = new Set(queries.map((query) => query.replace(/Generated\d+/, '')));
    expect(shapes.size).toBeGreaterThan(95);
    expect([...generatedQueries(schema, 100)]).toEqual(queries);
  });

  it('select nested objects, some under an alias or by type', () => {
    expect(queries.filter((query) => query.split('{').length > 4).length).toBeGreaterThan(50);
    expect(queries.filter((query) => query.includes('alias')).length).toBeGreaterThan(50);
    expect(queries.some((query) => query.includes('... on '))).toBe(true);
  });
});

it('end for an input type that requires a list of itself', () => {
  const schema = buildSchema('type Query { a(f: Filter!): Int } input Filter { and: [Filter!]! n: Int }');
  const [query = ''] = generatedQueries(schema, 1);
  expect(validate(schema, parse(query))).toEqual([]);
});

describe('warming up', () => {
  let federation: Federation;
  beforeAll(async () => {
    federation = await federate(shopSubgraphs);
  });
  afterAll(() => federation.stop());

  it('calls no subgraph, and leaves no plan behind', async () => {
    const { engine } = federation;
    await warmUp(engine, 20, readConfig({}).fetch, () => {});
    expect(federation.calls()).toEqual([]);
    for (const query of generatedQueries(engine.schema, 20)) {
      const call = async () => '';
      expect(engine.explain(roadRequest(query), { call, viewer: null, headers: {} })).toBeNull();
    }
  });

  it('runs all operations where subgraphs must be fast', async () => {
    const { engine } = federation;
    const answer = vi.spyOn(engine, 'answer');
    const fetch = readConfig({ SUBGRAPH_TIMEOUT_MS: '1', BREAKER_FAILURES: '1' }).fetch;
    await warmUp(engine, 20, fetch, () => {});
    expect(answer).toHaveBeenCalledTimes(20);
    answer.mockRestore();
  });

  it('executes operations completely, those of several fetches among them', async () => {
    const { engine } = federation;
    let calls = 0;
    const call = async (_subgraph: string, body: string) => {
      calls += 1;
      return generatedResponse(engine.schema, JSON.parse(body));
    };
    const queries = [...generatedQueries(engine.schema, 50)];
    for (const query of queries) {
      const { body } = await engine.answer(roadRequest(query), { call, viewer: null, headers: {} });
      expect([query, JSON.parse(String(body)).errors]).toEqual([query, undefined]);
    }
    expect(calls).toBeGreaterThan(queries.length);
  });
});
