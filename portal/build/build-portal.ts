// Builds the pages into portal/dist: assets for browsers, compressed in advance, and the module with which the gateway renders pages.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig, type Manifest } from 'vite';
import { compressFolder } from './compress-folder.ts';
import { documentsPlugin } from './documents-plugin.ts';
import { entryAssets } from './entry-assets.ts';
import { graphDataPlugin } from './graph-data-plugin.ts';
import { clientEntries, distFolder, hashFile, hashSources, portalFolder } from './sources.ts';

/** Builds the pages beside those in use, then replaces them. */
export async function buildPortal(): Promise<void> {
  const hash = hashSources();
  const folder = `${distFolder}-${process.pid}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await build(clientBuild(join(folder, 'client')));
    const manifestFile = join(folder, 'client', 'manifest.json');
    const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest;
    rmSync(manifestFile);
    await build(serverBuild(join(folder, 'server'), manifest));
    await compressFolder(join(folder, 'client'));
    writeFileSync(hashFile(folder), hash);
    replaceFolder(folder, distFolder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder cannot be replaced at once. Of two builds that end together, the later one stays. */
function replaceFolder(folder: string, target: string): void {
  for (let attempt = 0; ; attempt++)
    try {
      rmSync(target, { recursive: true, force: true });
      renameSync(folder, target);
      return;
    } catch (error) {
      if (attempt > 4) throw error;
    }
}

/** Collecting what is known of the graph takes a few seconds. */
const quiet = { checks: { pluginTimings: false } };

const shared = (outDir: string): InlineConfig => ({
  root: portalFolder,
  configFile: false,
  logLevel: 'warn',
  // Node's own variables: the build is the same in development and production.
  mode: 'production',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [documentsPlugin(), graphDataPlugin()],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    // The playground's editor, which is loaded after the first view.
    chunkSizeWarningLimit: 700,
    // The same addresses in both builds, of files that browsers keep.
    assetsInlineLimit: 0,
  },
});

const clientBuild = (outDir: string): InlineConfig => {
  const config = shared(outDir);
  return {
    ...config,
    build: {
      ...config.build,
      manifest: 'manifest.json',
      modulePreload: { polyfill: false },
      rolldownOptions: { ...quiet, input: clientEntries() },
    },
  };
};

const serverBuild = (outDir: string, manifest: Manifest): InlineConfig => {
  const config = shared(outDir);
  return {
    ...config,
    define: { __ASSETS__: JSON.stringify(entryAssets(manifest)) },
    // The gateway does not depend on the packages of the pages.
    ssr: { noExternal: true },
    build: {
      ...config.build,
      ssr: fileURLToPath(new URL('../src/server.tsx', import.meta.url)),
      target: 'node20',
      rolldownOptions: { ...quiet, output: { entryFileNames: 'render.js' } },
    },
  };
};
