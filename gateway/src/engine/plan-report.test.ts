import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { prettyFormatQueryPlan, QueryPlanner } from '@apollo/query-planner';
import { Kind, parse } from 'graphql';
import { expect, it } from 'vitest';
import { convertPlan } from '../apollo-planner/plan-conversion.ts';
import type { FetchNode, PlanNode } from '../query-planner/query-plan.ts';
import { planReport } from './plan-report.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const fetchNode = (fields: Partial<FetchNode>): FetchNode => ({
  kind: 'Fetch',
  subgraph: 'roads',
  path: [],
  operation: '{road{id}}',
  isMutation: false,
  variables: [],
  requires: null,
  keyOnly: null,
  inputRewrites: [],
  outputRewrites: [],
  ...fields,
});

it('has the text that Apollo writes for the same plan, for each operation that apps send', () => {
  const supergraph = Supergraph.build(readFileSync(`${root}schema/supergraph.graphql`, 'utf8'), {
    validateSupergraph: false,
  });
  const planner = new QueryPlanner(supergraph, { reuseQueryFragments: false });
  const asPlanned = {
    hidden: new Map(),
    requiredBy: new Map(),
    computed: new Set<string>(),
    keyFields: new Map(),
  };
  let compared = 0;
  for (const file of globSync('test/operations/*.graphql', { cwd: root })) {
    const { definitions } = parse(readFileSync(root + file, 'utf8'), { noLocation: true });
    const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
    for (const definition of definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation === 'subscription') continue;
      const document = { kind: Kind.DOCUMENT, definitions: [definition, ...fragments] } as const;
      const plan = planner.buildQueryPlan(
        operationFromDocument(supergraph.apiSchema(), document, { validate: false }),
      );
      if (!plan.node || plan.node.kind === 'Subscription') throw new Error(`no plan for ${file}`);
      expect(planReport(convertPlan(plan.node, asPlanned)).text).toBe(prettyFormatQueryPlan(plan));
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(20);
});

it('shows the order, paths, and what a representation takes from other names', () => {
  const crews = fetchNode({
    subgraph: 'crews',
    path: ['road', 'parts', '@'],
    operation:
      'query($representations:[_Any!]!){_entities(representations:$representations){...on Part{crew}}}',
    requires: [
      {
        kind: 'Fragment',
        type: 'Part',
        selections: [
          { kind: 'Field', from: 'id', to: 'id', selections: null },
          { kind: 'Field', from: 'length_1', to: 'length', selections: null },
        ],
      },
    ],
  });
  expect(planReport({ kind: 'Sequence', nodes: [fetchNode({}), crews] }).text).toBe(`QueryPlan {
  Sequence {
    Fetch(service: "roads") {
      {
        road {
          id
        }
      }
    },
    Flatten(path: "road.parts.@") {
      Fetch(service: "crews") {
        {
          ... on Part {
            id
            length: length_1
          }
        } =>
        {
          ... on Part {
            crew
          }
        }
      },
    },
  },
}`);
});

it('counts fetches, and as stages those that wait for one another', () => {
  const fetch = fetchNode({});
  const sequence = (...nodes: PlanNode[]): PlanNode => ({ kind: 'Sequence', nodes });
  const parallel = (...nodes: PlanNode[]): PlanNode => ({ kind: 'Parallel', nodes });
  const nested = sequence(fetch, parallel(fetch, sequence(fetch, fetch)), fetch);
  expect(planReport(nested)).toMatchObject({ fetches: 5, stages: 4 });
  expect(planReport(null)).toEqual({ fetches: 0, stages: 0, text: 'QueryPlan {}' });
});
