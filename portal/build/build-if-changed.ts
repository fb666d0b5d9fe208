// Builds the pages only when their sources have changed, so that commands may call it each time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { distFolder, hashFile, hashSources } from './sources.ts';

/** Builds the pages unless they were built from the same sources. Resolves with whether it did. */
export async function buildPortalIfChanged(): Promise<boolean> {
  if (isBuilt()) return false;
  // In a process of its own: Vite sets NODE_ENV to production.
  const program = fileURLToPath(new URL('build-process.ts', import.meta.url));
  const [code] = await once(spawn(process.execPath, [program], { stdio: ['ignore', 2, 2] }), 'close');
  if (code !== 0) throw new Error('网页构建失败，见上文。 The pages could not be built; see above.');
  return true;
}

/** Whether portal/dist was built from the sources as they are now. */
function isBuilt(): boolean {
  try {
    return readFileSync(hashFile(distFolder), 'utf8') === hashSources();
  } catch {
    return false;
  }
}
