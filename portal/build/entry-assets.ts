// From Vite's manifest, the files that the page of each entry refers to.
import { basename, dirname } from 'node:path';
import type { Manifest } from 'vite';

export interface EntryAssets {
  script: string;
  /** Scripts that it imports, to be loaded at the same time. */
  preloads: readonly string[];
  styles: readonly string[];
}

/** By the name of the page, with paths such as `/assets/start-1a2b3c.js`. */
export function entryAssets(manifest: Manifest): Record<string, EntryAssets> {
  const entries = Object.entries(manifest).filter(([, chunk]) => chunk.isEntry);
  return Object.fromEntries(
    entries.map(([source, chunk]) => {
      const imported = new Set<string>();
      const collect = (keys: readonly string[] = []): void => {
        for (const key of keys) {
          if (imported.has(key)) continue;
          imported.add(key);
          collect(manifest[key]?.imports);
        }
      };
      collect(chunk.imports);
      const chunks = [...imported].map((key) => manifest[key]);
      const styles = [...chunks.flatMap((each) => each?.css ?? []), ...(chunk.css ?? [])];
      return [
        basename(dirname(source)),
        {
          script: `/${chunk.file}`,
          preloads: chunks.map((each) => `/${each?.file}`),
          styles: [...new Set(styles)].map((file) => `/${file}`),
        },
      ];
    }),
  );
}
