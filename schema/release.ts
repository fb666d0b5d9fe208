// The files that partners get of a release: the SDL of each subgraph for every graph, the API schema, and a manifest of them. Pure.
import { createHash } from 'node:crypto';
import { printSchema, Supergraph } from '@apollo/federation-internals';
import { composeSupergraph, type SubgraphSdl } from './compose.ts';
import { contractsOf } from './contract.ts';

export const manifestFile = 'manifest.json';
export const apiFile = 'api.graphql';

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
  /** SHA-256 of each file, in hexadecimal. */
  sha256: Readonly<Record<string, string>>;
}

/** `sanitation.without-places.graphql` for sanitation in a graph without places. */
const fileOf = (name: string, without: readonly string[]): string =>
  `subgraphs/${[name, ...without.map((other) => `without-${other}`), 'graphql'].join('.')}`;

/** The text of each file by its path in the folder of the release. Throws if the subgraphs do not compose. */
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
    sha256: Object.fromEntries([...files].map(([file, text]) => [file, sha256Of(text)])),
  };
  files.set(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  return files;
}

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The schema that clients of the gateway see. */
const apiSchemaOf = (supergraph: string): string =>
  `${printSchema(Supergraph.build(supergraph, { supportedFeatures: null }).apiSchema()).trimEnd()}\n`;
