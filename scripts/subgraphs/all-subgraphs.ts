// The subgraphs of schema/subgraphs.json, as their packages define them.
import type { Subgraph } from '@district-graph/kit/subgraph';
import { listedSubgraphs } from '@district-graph/schema/registry';

/** Every subgraph, in the order of schema/subgraphs.json. */
export const subgraphs: readonly Subgraph[] = await Promise.all(
  listedSubgraphs.map(async ({ name }) => {
    const { subgraph } = (await import(`@district-graph/${name}`)) as { subgraph: Subgraph };
    return subgraph;
  }),
);

/** Throws when schema/subgraphs.json does not list the name. */
export function subgraphNamed(name: string): Subgraph {
  const subgraph = subgraphs.find((other) => other.name === name);
  if (!subgraph) throw new Error(`没有子图 ${name}。 There is no subgraph ${name}.`);
  return subgraph;
}
