// Reads schema/subgraphs.json, the one list of subgraphs: those of this repository, and foreign ones that others run.
import entries from './subgraphs.json' with { type: 'json' };

/** A subgraph of this repository, which has a folder, a process and a database. */
export interface ListedSubgraph {
  name: string;
  port: number;
}

const isListed = (entry: object): entry is ListedSubgraph => 'port' in entry && !('url' in entry);

export const listedSubgraphs: readonly ListedSubgraph[] = (entries as readonly object[]).filter(isListed);

/** The entries of foreign subgraphs as they are in the file. The kit's `config/foreign-subgraphs` checks them. */
export const foreignEntries: readonly unknown[] = (entries as readonly object[]).filter(
  (entry) => !isListed(entry),
);

/** ELDERLY_CARE for elderly-care: the prefix of a subgraph's environment variables. */
export const variablePrefix = (name: string): string => name.toUpperCase().replaceAll('-', '_');

const foreignMark = '# foreign subgraphs: ';

/** The comment by which a supergraph names its foreign subgraphs; empty without any. A gateway that lacks the entry of one refuses the supergraph. */
export const foreignComment = (names: readonly string[]): string =>
  names.length ? `${foreignMark}${names.join(' ')}\n` : '';

/** The foreign subgraphs that a supergraph names. */
export const foreignNamesIn = (supergraph: string): readonly string[] =>
  supergraph.startsWith(foreignMark)
    ? supergraph.slice(foreignMark.length, supergraph.indexOf('\n')).split(' ')
    : [];
