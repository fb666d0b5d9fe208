import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Loaded, watchSupergraph } from './watch-supergraph.ts';

let folder: string;
let loaded: Loaded<string> | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  loaded = null;
});
afterEach(async () => {
  await loaded?.close();
  await rm(folder, { recursive: true });
});

const log = () => {};
const isNow = (sdl: string) => expect.poll(() => loaded?.current, { timeout: 10_000 }).toBe(sdl);

/** As Kubernetes mounts a ConfigMap: `..data` links to the current folder and is replaced atomically. */
async function mount(version: string, sdl: string): Promise<void> {
  await mkdir(join(folder, version));
  await writeFile(join(folder, version, 'supergraph.graphql'), sdl);
  await symlink(version, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
}

it('reloads a supergraph in a ConfigMap whenever that is replaced, and skips an invalid one', async () => {
  await mount('..1', 'one');
  const file = join(folder, 'supergraph.graphql');
  await symlink('..data/supergraph.graphql', file);
  const swapped: [string, string][] = [];
  const load = async (sdl: string) => {
    if (sdl === 'broken') throw new Error('broken');
    return sdl;
  };
  loaded = await watchSupergraph(file, load, (after, before) => swapped.push([before, after]), log);
  expect(loaded.current).toBe('one');
  await mount('..2', 'two');
  await isNow('two');
  await mount('..3', 'broken');
  await mount('..4', 'four');
  await isNow('four');
  expect(swapped).toEqual([
    ['one', 'two'],
    ['two', 'four'],
  ]);
});

it('reloads a file that changes while it is first loaded', async () => {
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, 'one');
  const load = async (sdl: string) => {
    if (sdl === 'one') await writeFile(file, 'two');
    return sdl;
  };
  loaded = await watchSupergraph(file, load, () => {}, log);
  await isNow('two');
});

it('rejects if the first supergraph is invalid, and follows no file', async () => {
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, 'broken');
  await expect(
    watchSupergraph(
      file,
      () => Promise.reject(new Error('broken')),
      () => {},
      log,
    ),
  ).rejects.toThrow('broken');
});
