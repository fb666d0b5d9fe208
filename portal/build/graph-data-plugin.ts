// A Vite plugin with what is known of the graph when the pages are built: modules for the gateway, and files that browsers load when they need them.
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';
import { buildCatalogue } from './catalogue/catalogue.ts';
import { searchIndexOf } from './catalogue/search-index.ts';
import { buildChanges } from './changes/changes.ts';

/** `data-files` is for browsers too, the others for the gateway only. */
const modules = ['catalogue', 'search-index', 'changes', 'data-files'].map((name) => `virtual:${name}`);

interface GraphData {
  catalogue: string;
  searchIndex: string;
  changes: string;
  /** The path of the index as a file, with a hash of its content. */
  searchIndexFile: string;
}

let collected: Promise<GraphData> | null = null;

/** Collected once for both builds. */
const graphData = (): Promise<GraphData> => (collected ??= collect());

async function collect(): Promise<GraphData> {
  const catalogue = buildCatalogue();
  const searchIndex = JSON.stringify(searchIndexOf(catalogue));
  const hash = createHash('sha256').update(searchIndex).digest('hex').slice(0, 8);
  return {
    catalogue: JSON.stringify(catalogue),
    searchIndex,
    changes: JSON.stringify(await buildChanges(catalogue)),
    searchIndexFile: `assets/search-index-${hash}.json`,
  };
}

export const graphDataPlugin = (): Plugin => ({
  name: 'graph-data',
  resolveId: (id) => (modules.includes(id) ? `\0${id}` : undefined),
  async load(id) {
    if (!modules.includes(id.slice(1))) return undefined;
    const { catalogue, searchIndex, changes, searchIndexFile } = await graphData();
    const parsed = (name: string, json: string): string =>
      `export const ${name} = JSON.parse(${JSON.stringify(json)});`;
    if (id === '\0virtual:catalogue') return parsed('catalogue', catalogue);
    if (id === '\0virtual:search-index') return parsed('searchIndex', searchIndex);
    if (id === '\0virtual:changes') return parsed('changes', changes);
    return `export const searchIndexPath = ${JSON.stringify(`/${searchIndexFile}`)};`;
  },
  async generateBundle() {
    if (this.environment.config.consumer !== 'client') return;
    const { searchIndex, searchIndexFile } = await graphData();
    this.emitFile({ type: 'asset', fileName: searchIndexFile, source: searchIndex });
  },
});
