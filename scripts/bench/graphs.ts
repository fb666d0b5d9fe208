// The benchmark's own graphs, by name.
import type { Graph } from './graph.ts';
import { archive } from './graphs/archive.ts';
import { shop } from './graphs/shop.ts';
import { stations } from './graphs/stations.ts';

export const graphs: readonly Graph[] = [shop, archive, stations];
