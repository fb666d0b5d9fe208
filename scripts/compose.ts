// npm run compose: composes the subgraphs' SDL into schema/supergraph.graphql, which is committed.
import './command-line/closed-output.ts';
import { writeFileSync } from 'node:fs';
import { readSdl } from '@district-graph/kit/schema/sdl';
import { composeSupergraph } from '@district-graph/schema/compose';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { readArguments } from './command-line/arguments.ts';

/** The supergraph of the current SDL of the subgraphs. */
export const composeSubgraphs = (): string =>
  composeSupergraph(
    listedSubgraphs.map(({ name, port }) => ({
      name,
      url: `http://127.0.0.1:${port}/graphql`,
      sdl: readSdl(new URL(`../subgraphs/${name}/`, import.meta.url)),
    })),
  );

if (import.meta.main) {
  readArguments('用法 usage: npm run compose', {});
  writeFileSync(new URL('../schema/supergraph.graphql', import.meta.url), composeSubgraphs());
}
