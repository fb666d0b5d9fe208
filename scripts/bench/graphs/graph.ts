// What a benchmark's graph is: subgraphs with SDL and resolvers, composed into one supergraph.
import { composeSupergraph } from '@district-graph/schema/compose';

/** Parents and arguments are as varied as the schemas: each resolver states its own. */
export type Resolver = (parent: never, args: never) => unknown;

export interface Subgraph {
  name: string;
  sdl: string;
  /** By type and field; `__resolveReference` as Apollo defines it. */
  resolvers: Record<string, Record<string, Resolver>>;
}

export interface Graph {
  name: string;
  subgraphs: readonly Subgraph[];
}

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@provides", "@shareable", "@interfaceObject"])\n`;

/** The SDL with the import of the federation directives it uses. */
export const linked = (sdl: string): string => federation + sdl;

/** Where a subgraph is reached: one process stands in for all of them, a path for each. */
export const subgraphUrl = (name: string, port: number): string => `http://127.0.0.1:${port}/${name}`;

export const supergraphOf = (graph: Graph, port: number): string =>
  composeSupergraph(
    graph.subgraphs.map(({ name, sdl }) => ({ name, url: subgraphUrl(name, port), sdl: linked(sdl) })),
  );

/** Numbers that look random and are the same in every process. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const words =
  'amber bridge copper drizzle ember fennel garden harbour island juniper kettle lantern meadow north orchard pebble quiet river saddle timber under velvet willow yellow zephyr'.split(
    ' ',
  );

/** Made-up text of exactly so many characters. */
export function text(random: () => number, length: number): string {
  let made = '';
  while (made.length < length) made += `${words[Math.floor(random() * words.length)]} `;
  return `${made.slice(0, length - 1)}.`;
}
