// The files that partners get of a release: the SDL of each subgraph for every graph, the API schema, a manifest, checksums. Pure.
import { createHash } from 'node:crypto';
import { printSchema, Supergraph } from '@apollo/federation-internals';
import { composeSupergraph, type SubgraphSdl } from './compose.ts';
import { contractsOf } from './contract.ts';

export const manifestFile = 'manifest.json';
export const apiFile = 'api.graphql';
/** In the format of sha256sum, which checks it with --check. */
export const checksumsFile = 'SHA256SUMS';

/** A file with the SDL of a subgraph, for graphs without some of the subgraphs that it refers to. */
export interface ReleasedSubgraph {
  name: string;
  without: readonly string[];
  file: string;
}

export interface Manifest {
  /** Null for what is not released yet. */
  version: string | null;
  subgraphs: readonly ReleasedSubgraph[];
}

/** `sanitation.without-places.graphql` for sanitation in a graph without places. */
const fileOf = (name: string, without: readonly string[]): string =>
  `subgraphs/${[name, ...without.map((other) => `without-${other}`), 'graphql'].join('.')}`;

/** The text of each file by its path in the folder of the release, without checksums. Throws if the subgraphs do not compose. */
export function releaseFiles(subgraphs: readonly SubgraphSdl[], version: string | null): Map<string, string> {
  const contracts = contractsOf(subgraphs).map((contract) => ({
    ...contract,
    file: fileOf(contract.name, contract.without),
  }));
  const files = new Map(contracts.map(({ file, sdl }) => [file, sdl]));
  files.set(apiFile, apiSchemaOf(composeSupergraph(subgraphs)));
  const manifest: Manifest = {
    version,
    subgraphs: contracts.map(({ name, without, file }) => ({ name, without, file })),
  };
  files.set(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  return files;
}

/** The files with one of their checksums. */
export function withChecksums(files: ReadonlyMap<string, string>): Map<string, string> {
  const lines = [...files]
    .filter(([file]) => file !== checksumsFile)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([file, text]) => `${createHash('sha256').update(text).digest('hex')}  ${file}\n`);
  return new Map([...files, [checksumsFile, lines.join('')]]);
}

/** The schema that clients of the gateway see. */
const apiSchemaOf = (supergraph: string): string =>
  `${printSchema(Supergraph.build(supergraph, { supportedFeatures: null }).apiSchema()).trimEnd()}\n`;
