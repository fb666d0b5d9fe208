// The benchmark's own graphs, by name.
import type { Graph } from './graph.ts';
import { archive } from './graphs/archive.ts';
import { divisions } from './graphs/divisions.ts';
import { shop } from './graphs/shop.ts';
import { stations } from './graphs/stations.ts';

/** What hostile operations are sent to. */
export const hostile: Graph = { name: 'hostile', subgraphs: [...shop.subgraphs, ...divisions.subgraphs] };

export const graphs: readonly Graph[] = [shop, archive, stations, hostile];
