// The query plans of the graph's lists: no statement scans a whole table, and every page is read in index order.
import { readFileSync } from 'node:fs';
import { addDays, today } from '@district-graph/kit/calendar';
import { type Scope, scopes } from '@district-graph/kit/identity/roles';
import { headersOf } from '@district-graph/kit/testing/identity';
import type { TestSubgraph } from '@district-graph/kit/testing/test-subgraph';
import {
  buildSchema,
  type GraphQLArgument,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.stop());

const schema = buildSchema(
  readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'),
  {
    assumeValid: true,
  },
);
const lists = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(
  ({ args, type }) =>
    args.some(({ name }) => name === 'within') && getNamedType(type).name.endsWith('Connection'),
);
const day = today();

/** A valid value for the argument. */
function valueFor({ name, type }: Pick<GraphQLArgument, 'name' | 'type'>): string {
  const named = getNamedType(type);
  if (named.name === 'DivisionLevel') return 'SUBDISTRICT';
  if (isEnumType(named)) return named.getValues()[0]?.name ?? '';
  if (named.name === 'DateRange') return `{ from: "${addDays(day, -60)}", to: "${day}" }`;
  if (isInputObjectType(named)) {
    const fields = Object.values(named.getFields()).filter(isRequiredInputField);
    return `{ ${fields.map((field) => `${field.name}: ${valueFor(field)}`).join(', ')} }`;
  }
  if (name === 'first') return '20';
  if (named.name === 'Boolean') return 'true';
  return named.name === 'Int' ? '2' : '"示例"';
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

/** The nodes of a plan that become slow as the table grows, although PostgreSQL is set to avoid them. */
function faultsOf(plan: PlanNode, isPage: boolean): string[] {
  const here = [];
  if (plan['Node Type'] === 'Seq Scan') here.push(`scans ${plan['Relation Name']}`);
  if (isPage && plan['Node Type'] === 'Sort') here.push('sorts');
  return [...here, ...(plan.Plans ?? []).flatMap((child) => faultsOf(child, isPage))];
}

async function faults(
  subgraph: TestSubgraph,
  statement: string,
  usesDefaultCosts = false,
): Promise<string[]> {
  const [answer] = await subgraph.sql.begin(async (sql) => {
    if (!usesDefaultCosts) {
      await sql`set local enable_seqscan = off`;
      await sql`set local enable_sort = off`;
    }
    return sql.unsafe(`explain (generic_plan, format json) ${statement}`).simple();
  });
  const [{ Plan }] = Object.values(answer as object)[0] as [{ Plan: PlanNode }];
  return faultsOf(Plan, statement.includes('page_key')).map((fault) => `${fault}: ${statement}`);
}

const levels = ['410100', '410105', '410105007', '410105007003'];

it.each(lists.map((list) => [list.name, list] as const))('%s reads indexes', async (name, { args }) => {
  const mine = args.filter((arg) => !['within', 'first', 'after'].includes(arg.name));
  // A ranking by what is counted over time requires the period.
  const isRanking = mine.some(({ type }) => getNamedType(type).name.endsWith('IndicatorOrderInput'));
  const required = mine.filter((arg) => isRequiredArgument(arg) || (isRanking && arg.name === 'period'));
  // Lists of persons inside a community need a purpose. Each list has its own viewer, because reads of persons are counted.
  const viewer = await headersOf(
    {
      sub: `plans-${name}`,
      roles: ['care-manager', 'duty-officer', 'auditor'],
      scopes: Object.keys(scopes) as Scope[],
    },
    'EMERGENCY',
  );
  for (const code of levels) {
    for (const filter of [null, ...mine.filter((arg) => !required.includes(arg))]) {
      const given = [...required, ...(filter ? [filter] : [])].map((arg) => `${arg.name}: ${valueFor(arg)}`);
      const query = `{ ${name}(within: "${code}", ${given.join(', ')}) { totalCount nodes { __typename } } }`;
      graph.statementCounts();
      const { errors } = await graph.query(query, {}, viewer);
      expect(errors, query).toBeUndefined();
      for (const subgraph of Object.values(graph.subgraphs))
        for (const statement of subgraph.statements().filter((text) => /^\s*(select|with)\b/i.test(text)))
          expect(await faults(subgraph, statement), query).toEqual([]);
    }
  }
});

it.each(
  lists
    .filter(({ args }) =>
      args.some(({ type }) => isNonNullType(type) && getNamedType(type).name === 'DateRange'),
    )
    .map(({ name }) => name),
)('%s of the whole city are read in index order, without sorting a whole period', async (name) => {
  const period = `period: { from: "2010-01-01", to: "${day}" }`;
  graph.statementCounts();
  const { errors } = await graph.query(`{ ${name}(within: "410100", ${period}) { nodes { __typename } } }`);
  expect(errors).toBeUndefined();
  const pages = Object.values(graph.subgraphs).flatMap((subgraph) =>
    subgraph.statements().flatMap((text) => (text.includes('page_key') ? [[subgraph, text] as const] : [])),
  );
  expect(pages).toHaveLength(1);
  for (const [subgraph, statement] of pages) expect(await faults(subgraph, statement, true)).toEqual([]);
});
