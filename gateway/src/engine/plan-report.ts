// What people are shown of a query plan: its size, and its text in the form in which Apollo's prettyFormatQueryPlan writes plans.
import { Kind, parse, print, type SelectionSetNode } from 'graphql';
import type { FetchNode, PlanNode, Requirement } from '../query-planner/query-plan.ts';

export interface PlanReport {
  fetches: number;
  /** How many fetches wait for one another. */
  stages: number;
  text: string;
}

export const planReport = (node: PlanNode | null): PlanReport => ({
  fetches: node ? fetchesIn(node) : 0,
  stages: node ? stagesOf(node) : 0,
  text: node ? block('QueryPlan', [nodeText(node)]) : 'QueryPlan {}',
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const fetchesIn = (node: PlanNode): number => (node.kind === 'Fetch' ? 1 : sum(node.nodes.map(fetchesIn)));

function stagesOf(node: PlanNode): number {
  if (node.kind === 'Fetch') return 1;
  const stages = node.nodes.map(stagesOf);
  return node.kind === 'Parallel' ? Math.max(...stages) : sum(stages);
}

function nodeText(node: PlanNode): string {
  if (node.kind !== 'Fetch') return block(node.kind, node.nodes.map(nodeText));
  const fetch = fetchText(node);
  return node.path.length ? block(`Flatten(path: "${node.path.join('.')}")`, [fetch]) : fetch;
}

function fetchText({ subgraph, requires, operation }: FetchNode): string {
  const representation = requires ? `${indented(requirementsText(requires))} =>\n` : '';
  return `Fetch(service: "${subgraph}") {\n${representation}${indented(print(selectionsOf(operation)))}\n}`;
}

/** What the operation selects; of entities, what it selects of them. */
function selectionsOf(operation: string): SelectionSetNode {
  for (const definition of parse(operation, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { selectionSet } = definition;
    const [first] = selectionSet.selections;
    const isOfEntities = first?.kind === Kind.FIELD && first.name.value === '_entities';
    return (isOfEntities && first.selectionSet) || selectionSet;
  }
  throw new Error(`not an operation: ${operation}`);
}

function requirementsText(requirements: readonly Requirement[]): string {
  const lines = requirements.map((each) => {
    const selections = each.selections?.length ? ` ${requirementsText(each.selections)}` : '';
    if (each.kind === 'Fragment') return `...${each.type ? ` on ${each.type}` : ''}${selections}`;
    return `${each.to === each.from ? each.to : `${each.to}: ${each.from}`}${selections}`;
  });
  return `{\n${indented(lines.join('\n'))}\n}`;
}

const block = (title: string, entries: readonly string[]): string =>
  `${title} {\n${entries.map((entry) => `${indented(entry)},\n`).join('')}}`;

const indented = (text: string): string => text.replace(/^/gm, '  ');
