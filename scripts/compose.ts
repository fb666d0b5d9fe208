// npm run compose: composes the SDL of the subgraphs into a supergraph; that of the list in the repository is committed.
import './command-line/closed-output.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { Environment } from '@district-graph/kit/config/environment';
import {
  type ForeignSubgraph,
  foreignSubgraphSettings,
  readForeignSubgraphs,
} from '@district-graph/kit/config/foreign-subgraphs';
import { readSdl } from '@district-graph/kit/schema/sdl';
import { composeSupergraph, type SubgraphSdl } from '@district-graph/schema/compose';
import { foreignFaults } from '@district-graph/schema/foreign-sdl';
import { foreignComment, listedSubgraphs } from '@district-graph/schema/registry';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';

/** The subgraphs of this repository with their current SDL. */
export const ownSdls = (): SubgraphSdl[] =>
  listedSubgraphs.map(({ name, port }) => ({
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    sdl: readSdl(new URL(`../subgraphs/${name}/`, import.meta.url)),
  }));

/** The supergraph of the current SDL of the subgraphs, and of the foreign ones that the environment names beside those of the repository. */
export function composeSubgraphs(env: NodeJS.ProcessEnv = {}): string {
  const environment = new Environment(env);
  const foreign = readForeignSubgraphs(environment);
  environment.check();
  const own = ownSdls();
  const sdls = foreign.map((subgraph) => ({ ...subgraph, sdl: readFileSync(subgraph.sdlFile, 'utf8') }));
  checkForeignSdls(sdls, own);
  return foreignComment(foreign.map(({ name }) => name)) + composeSupergraph([...own, ...sdls]);
}

/** Throws one error with a line for each fault in the SDL of a foreign subgraph. */
function checkForeignSdls(
  sdls: readonly (ForeignSubgraph & SubgraphSdl)[],
  own: readonly SubgraphSdl[],
): void {
  const names = new Set(own.map(({ name }) => name));
  const faults = sdls.flatMap(({ sdl, sdlFile, checksAccess }) =>
    foreignFaults(sdl, { own: names, checksAccess }).map((fault) => `${sdlFile}：${fault}`),
  );
  if (faults.length) throw new Error(faults.join('\n'));
}

const { variable } = foreignSubgraphSettings.subgraphsFile;
const usage = `用法 usage: npm run compose [-- --output <file>]
把 schema/subgraphs.json 所列子图的模式组合为网关所用的超图，默认写入 schema/supergraph.graphql。请在修改模式后运行，并提交该文件。
设置了 ${variable} 时一并组合其中的外部子图；此时须用 --output 指定文件，并让网关的 SUPERGRAPH 指向它。
Composes the subgraphs in schema/subgraphs.json into the supergraph that the gateway uses, by default schema/supergraph.graphql. Run it after a change of the schema, and commit that file.
With ${variable}, the foreign subgraphs in that file are composed, too. It then requires --output, the file that SUPERGRAPH tells the gateway to use.`;

if (import.meta.main) {
  const { values } = readArguments(usage, { options: { output: { type: 'string' } } });
  try {
    if (new Environment().textOf(foreignSubgraphSettings.subgraphsFile) && !values.output)
      throw new Error(
        `设置了 ${variable} 时须指定 --output <文件>：仓库中的超图不含部署时的子图。 With ${variable}, --output <file> is required: the supergraph in the repository contains no subgraphs of a deployment.`,
      );
    writeFileSync(
      values.output ?? new URL('../schema/supergraph.graphql', import.meta.url),
      composeSubgraphs(process.env),
    );
  } catch (error) {
    reportError(error);
  }
}
