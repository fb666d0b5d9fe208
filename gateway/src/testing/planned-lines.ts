// Test support for the own planner: plans of small supergraphs as lines.
import { composeSupergraph } from '@district-graph/schema/compose';
import { type OperationDefinitionNode, parse } from 'graphql';
import { KeyPlanner } from '../query-planner/key-planner.ts';
import type { PlanNode } from '../query-planner/query-plan.ts';
import { indexSupergraph } from '../query-planner/supergraph-index.ts';

const federation =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject", "@override"])\n';

/** Plans the text of an operation. */
export const plannerOf = (subgraphs: Record<string, string>, onStep?: () => void) => {
  const sources = Object.entries(subgraphs).map(([name, sdl]) => {
    return { name, url: `http://127.0.0.1:1/${name}`, sdl: federation + sdl };
  });
  const index = indexSupergraph(parse(composeSupergraph(sources), { noLocation: true }));
  const planner = index && new KeyPlanner(index, onStep);
  const plan = (text: string) =>
    planner?.plan(parse(text, { noLocation: true }).definitions[0] as OperationDefinitionNode, text.length);
  return { plan };
};

/** The plan in one line for each fetch, indented under the one that it waits for. */
export function linesOf(node: PlanNode | null | undefined, indent = ''): string[] {
  if (!node) return [String(node)];
  if (node.kind === 'Parallel') return node.nodes.flatMap((each) => linesOf(each, indent));
  if (node.kind === 'Sequence')
    return node.nodes.flatMap((each, index) => linesOf(each, indent + '  '.repeat(index)));
  const path = node.path.length ? ` ${node.path.join('.')}` : '';
  const operation = node.operation.replace(
    /^query\(\$representations:\[_Any!\]!\)\{_entities\(representations:\$representations\)(.*)\}$/,
    'query$1',
  );
  return [`${indent}${node.subgraph}${path} ${operation}`];
}

export const planOf = (subgraphs: Record<string, string>, operation: string): string[] =>
  linesOf(plannerOf(subgraphs).plan(operation));
