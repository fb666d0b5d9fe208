// npm run compose: composes the subgraphs' SDL into schema/supergraph.graphql, which is committed.
import './command-line/closed-output.ts';
import { writeFileSync } from 'node:fs';
import { readSdl } from '@district-graph/kit/schema/sdl';
import { composeSupergraph, type SubgraphSdl } from '@district-graph/schema/compose';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';

/** The current SDL of every subgraph. */
export const currentSubgraphs = (): SubgraphSdl[] =>
  listedSubgraphs.map(({ name, port }) => ({
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    sdl: readSdl(new URL(`../subgraphs/${name}/`, import.meta.url)),
  }));

/** The supergraph of the current SDL of the subgraphs. */
export const composeSubgraphs = (): string => composeSupergraph(currentSubgraphs());

const usage = `用法 usage: npm run compose
把 schema/subgraphs.json 所列子图的 src/<module>/schema.graphql 合成为网关所用的 schema/supergraph.graphql。请在修改模式后运行，并提交该文件。
Composes the src/<module>/schema.graphql files of the subgraphs in schema/subgraphs.json into schema/supergraph.graphql, which the gateway uses. Run it after a change of the schema, and commit that file.`;

if (import.meta.main) {
  readArguments(usage, {});
  try {
    writeFileSync(new URL('../schema/supergraph.graphql', import.meta.url), composeSubgraphs());
  } catch (error) {
    reportError(error);
  }
}
