// Reads schema/subgraphs.json, the one list of subgraphs.
import subgraphs from './subgraphs.json' with { type: 'json' };

export interface ListedSubgraph {
  name: string;
  port: number;
}

export const listedSubgraphs: readonly ListedSubgraph[] = subgraphs;

/** ELDERLY_CARE for elderly-care: the prefix of a subgraph's environment variables. */
export const variablePrefix = (name: string): string => name.toUpperCase().replaceAll('-', '_');
