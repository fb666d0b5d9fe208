// What hostile operations cost the planners, in steps, which do not depend on the machine.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import type { QueryGraph } from '@apollo/query-graphs';
import { QueryPlanner } from '@apollo/query-planner';
import { fragmentsOf } from '@district-graph/kit/operation/collect-fields';
import {
  buildSchema,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../config/gateway-config.ts';
import { operationToPlan } from '../../planning/operation-to-plan.ts';
import { Planner } from '../../planning/planner.ts';
import { KeyPlanner } from '../../query-planner/key-planner.ts';
import { indexSupergraph } from '../../query-planner/supergraph-index.ts';
import { supergraphMetadata } from '../../supergraph/supergraph-metadata.ts';
import { planningSupergraph } from '../../supergraph/supergraph-rewrites.ts';
import { linkedGraph, membersGraph } from '../../testing/hostile-graphs.ts';
import { internalRequester } from '../../threads/thread-pool.ts';
import { PlanningEstimate } from './planning-estimate.ts';

const limits = readConfig({}).planner;
const root = fileURLToPath(new URL('../../../../', import.meta.url));

interface Measured {
  planner: 'own' | 'apollo' | 'refused';
  /** Those of the own planner, or the estimate for Apollo's. */
  steps: number;
}

/** Returns who plans each operation of a document. */
function measuring(sdl: string): (query: string) => Measured[] {
  const document = parse(sdl, { noLocation: true });
  const rewritten = planningSupergraph(document);
  const metadata = supergraphMetadata(Supergraph.build(sdl), document, rewritten);
  const toPlan = Supergraph.build(rewritten.document, { validateSupergraph: false });
  const { federatedQueryGraph } = new QueryPlanner(toPlan) as unknown as { federatedQueryGraph: QueryGraph };
  const apiSchema = toPlan.apiSchema();
  const schema = buildSchema(metadata.apiSdl, { assumeValidSDL: true });
  const estimate = new PlanningEstimate(federatedQueryGraph, false);
  let steps = 0;
  const index = indexSupergraph(rewritten.document);
  const own =
    index &&
    new KeyPlanner(index, () => {
      steps += 1;
    });
  return (query: string) => {
    const { definitions } = parse(query, { noLocation: true });
    const fragments = fragmentsOf({ kind: Kind.DOCUMENT, definitions });
    return definitions.flatMap((definition): Measured[] => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
      if (definition.operation === OperationTypeNode.SUBSCRIPTION) return [];
      const operation = { definition, fragments, conditions: {}, missingScopes: [] };
      try {
        const { text } = operationToPlan(operation, { schema, ...metadata }, limits);
        const document = parse(text, { noLocation: true });
        steps = 0;
        const plain = own?.plan(document.definitions[0] as OperationDefinitionNode, text.length);
        if (plain !== undefined) return [{ planner: 'own', steps }];
        const written = operationFromDocument(apiSchema, document, { validate: false });
        return [{ planner: 'apollo', steps: estimate.stepsOf(written, 1_000_000) }];
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error;
        return [{ planner: 'refused', steps: 0 }];
      }
    });
  };
}

/** What a plan may take by default: steps of the own planner, and estimated steps of Apollo's. */
const maxSteps = { own: 50_000, apollo: 30_000 };

describe('hostile operations', () => {
  const linked = (
    one: string,
    eighteen: string,
    nine: string,
    two: string,
    aliases: string,
    fragments: string,
  ) => ({
    'one level': one,
    'eighteen levels': eighteen,
    'two levels of nine links': nine,
    'six levels of two links': two,
    'ninety aliases': aliases,
    '500 fragments': fragments,
  });
  const members = (nested: string, each: string, all: string) => ({
    'conditions nested 12 deep': nested,
    'conditions on each type at five levels': each,
    'conditions on all types below 15 levels': all,
  });
  const refused = 'refused';
  it.each([
    {
      name: '20 subgraphs',
      graph: () => linkedGraph(20, false),
      outcomes: linked('own', 'own', 'own', 'own', 'own', 'own'),
    },
    {
      name: '20 subgraphs with a computed field',
      graph: () => linkedGraph(20, true),
      outcomes: linked('apollo', 'apollo', refused, refused, refused, 'apollo'),
    },
    {
      name: '5 subgraphs with a computed field',
      graph: () => linkedGraph(5, true),
      outcomes: linked('apollo', 'apollo', refused, refused, refused, 'apollo'),
    },
    {
      name: 'four types in 20 subgraphs',
      graph: () => membersGraph(4, 20, false),
      outcomes: members('own', refused, 'own'),
    },
    {
      name: 'four types of an interface object in 20 subgraphs',
      graph: () => membersGraph(4, 20, true),
      outcomes: members('own', refused, 'own'),
    },
    {
      name: 'four types in 31 subgraphs, more than the own planner knows',
      graph: () => membersGraph(4, 31, false),
      outcomes: members('apollo', refused, 'apollo'),
    },
  ])('on $name are planned in few steps, or refused before', ({ graph, outcomes }) => {
    const { supergraph, operations } = graph();
    const measure = measuring(supergraph);
    const measured = Object.entries(operations).map(([name, query]) => {
      const [outcome] = measure(query);
      const isSmall = outcome && outcome.planner !== 'refused' && outcome.steps <= maxSteps[outcome.planner];
      return [name, isSmall ? outcome.planner : refused];
    });
    expect(Object.fromEntries(measured)).toEqual(outcomes);
  });

  it('are refused with what was estimated, before Apollo’s planner tries anything', async () => {
    const { supergraph, operations } = linkedGraph(5, true);
    const logged: unknown[] = [];
    const planner = await Planner.load(supergraph, {
      ...limits,
      threads: 1,
      log: (event) => logged.push(event),
    });
    const [definition] = parse(operations['six levels of two links'] ?? '').definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
    const operation = { definition, fragments: new Map(), conditions: {}, missingScopes: [] };
    const text = planner.write(operation, internalRequester);
    await expect(planner.plan(text, internalRequester)).rejects.toMatchObject({
      message: expect.stringContaining('steps of planning'),
      extensions: { code: 'OPERATION_TOO_COMPLEX', limit: maxSteps.apollo, received: expect.any(Number) },
    });
    expect(logged).toEqual([]);
    await planner.close();
  });
});

it('ordinary operations are far below the bound', () => {
  const measure = measuring(readFileSync(`${root}schema/supergraph.graphql`, 'utf8'));
  const all = globSync('test/operations/*.graphql', { cwd: root }).flatMap((file) =>
    measure(readFileSync(root + file, 'utf8')),
  );
  expect(all.length).toBeGreaterThan(20);
  expect(Math.max(...all.map(({ steps }) => steps))).toBeLessThan(1000);
});
