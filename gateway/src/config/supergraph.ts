// The supergraph that the gateway serves, and the addresses of its subgraphs.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Environment, setting } from '@district-graph/kit/config/environment';
import { file, path, url } from '@district-graph/kit/config/forms';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';

const committedSupergraph = fileURLToPath(new URL('../../../schema/supergraph.graphql', import.meta.url));

export const supergraphSettings = {
  supergraphFile: setting(
    'SUPERGRAPH',
    path(file, { fallback: committedSupergraph, shown: 'schema/supergraph.graphql', resolve }),
    {
      zh: '超图文件。内容变化时自动换用，通过 ConfigMap 之类的链接提供的文件也是如此；新文件无法使用时保留上一个。',
      en: 'The supergraph file. It is reloaded when its content changes, also through links such as those of a ConfigMap. If the new one cannot be used, the last good one stays.',
    },
  ),
};

export const addressSettings = {
  url: setting('URL', url({ zh: '完整地址', en: 'an absolute URL' }), {
    zh: '子图的地址，用来代替超图中的地址，如 `ELDERLY_CARE_URL`。',
    en: 'Address of a subgraph instead of the one in the supergraph, such as `ELDERLY_CARE_URL`.',
  }),
};

export interface SupergraphConfig {
  supergraphFile: string;
  /** The address to use for a subgraph instead of the one in the supergraph, or null. */
  addressOf: (subgraph: string) => string | null;
}

export function readSupergraphConfig(environment: Environment): SupergraphConfig {
  const { supergraphFile } = environment.read(supergraphSettings);
  const addressOf = (subgraph: string) =>
    environment.read(addressSettings, `${variablePrefix(subgraph)}_`).url ?? null;
  for (const name of subgraphNames(supergraphFile)) addressOf(name);
  return { supergraphFile: supergraphFile ?? committedSupergraph, addressOf };
}

/** The subgraphs of schema/subgraphs.json and those that the supergraph names: no other program's variable is read. */
function subgraphNames(supergraphFile: string | null | undefined): Set<string> {
  const sdl = supergraphFile ? readFileSync(supergraphFile, 'utf8') : '';
  const composed = [...sdl.matchAll(/@join__graph\(\s*name:\s*"([^"]+)"/g)].map(([, name = '']) => name);
  return new Set([...listedSubgraphs.map(({ name }) => name), ...composed]);
}
