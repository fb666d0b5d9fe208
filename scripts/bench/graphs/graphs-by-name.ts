// The graphs of the benchmarks, by name.

import { archive } from './archive.ts';
import { divisions } from './divisions.ts';
import type { Graph } from './graph.ts';
import { shop } from './shop.ts';
import { stations, stationsOne } from './stations.ts';

/** The graph that npm run bench:hostile attacks. */
export const hostile: Graph = { name: 'hostile', subgraphs: [...shop.subgraphs, ...divisions.subgraphs] };

export const graphs: readonly Graph[] = [shop, archive, stations, stationsOne, hostile];
