// The graphs of the benchmarks: subgraphs with SDL and resolvers, composed into one supergraph.
import { composeSupergraph } from '@district-graph/schema/compose';

/** Parents and arguments depend on the schema: each resolver declares its own. */
export type Resolver = (parent: never, args: never) => unknown;

export interface Subgraph {
  name: string;
  sdl: string;
  /** By type and field; `__resolveReference` as in @apollo/subgraph. */
  resolvers: Record<string, Record<string, Resolver>>;
}

export interface Graph {
  name: string;
  subgraphs: readonly Subgraph[];
}

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@provides", "@shareable", "@interfaceObject"])\n`;

/** The SDL with the import of the federation directives. */
export const linked = (sdl: string): string => federation + sdl;

/** The URL of a subgraph: one process serves all of them, each on its own path. */
export const subgraphUrl = (name: string, port: number): string => `http://127.0.0.1:${port}/${name}`;

export const supergraphOf = (graph: Graph, port: number): string =>
  composeSupergraph(
    graph.subgraphs.map(({ name, sdl }) => ({ name, url: subgraphUrl(name, port), sdl: linked(sdl) })),
  );

/** Pseudo-random numbers, which are the same in every process. */
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

/** Synthetic text with exactly this number of characters. */
export function text(random: () => number, length: number): string {
  let made = '';
  while (made.length < length) made += `${words[Math.floor(random() * words.length)]} `;
  return `${made.slice(0, length - 1)}.`;
}
