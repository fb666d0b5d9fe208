import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Log } from './log.ts';
import { type FileWatcher, watchFiles } from './watch-files.ts';

const { watch } = vi.hoisted(() => ({ watch: vi.fn() }));
vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>();
  watch.mockImplementation(actual.watch);
  return { ...actual, watch };
});

let folder: string;
let following: FileWatcher | null;
const changed = vi.fn();
const logged = vi.fn<Log>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-files-'));
  following = null;
  vi.clearAllMocks();
});
afterEach(async () => {
  await following?.close();
  await rm(folder, { recursive: true });
});

const never = 3_600_000;
const follow = async (paths: readonly string[], pollMs = never) => {
  following = watchFiles({ paths, onChange: changed, log: logged, pollMs });
};
const isChanged = (times: number) =>
  expect.poll(() => changed.mock.calls.length, { timeout: 10_000 }).toBe(times);

/** Like Kubernetes: the files are in a versioned folder that the link `..data` points to, and the link is replaced atomically. */
async function mount(version: string, text: string): Promise<void> {
  await mkdir(join(folder, version));
  await writeFile(join(folder, version, 'supergraph.graphql'), text);
  await symlink(version, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
}

it('a mounted ConfigMap is watched through its links, however often it is swapped', async () => {
  await mount('..1', 'one');
  const file = join(folder, 'supergraph.graphql');
  await symlink('..data/supergraph.graphql', file);
  await follow([file]);
  await mount('..2', 'two');
  await isChanged(1);
  await mount('..3', 'three');
  await isChanged(2);
});

it('a file that is touched, or written with the same content, has not changed', async () => {
  const [file, other] = [join(folder, 'a'), join(folder, 'b')];
  await writeFile(file, 'one');
  await writeFile(other, 'one');
  await follow([file, other]);
  await writeFile(file, 'one');
  await writeFile(other, 'two');
  await isChanged(1);
});

it('a change that the file system does not report is found by polling', async () => {
  const [elsewhere, file] = [join(folder, 'elsewhere'), join(folder, 'here', 'link')];
  await mkdir(join(folder, 'here'));
  await writeFile(elsewhere, 'one');
  await symlink(elsewhere, file);
  await follow([file], 20);
  await writeFile(elsewhere, 'two');
  await isChanged(1);
});

it('a folder changes when a file is added, changed or removed', async () => {
  await writeFile(join(folder, 'a.graphql'), '{ a }');
  await follow([folder]);
  await writeFile(join(folder, 'b.graphql'), '{ b }');
  await isChanged(1);
  await rm(join(folder, 'a.graphql'));
  await isChanged(2);
});

it('a file that is missing for a moment has not changed, and is watched when it is back', async () => {
  const file = join(folder, 'a');
  await writeFile(file, 'one');
  await follow([file], 20);
  await rm(file);
  await writeFile(file, 'two');
  await isChanged(1);
});

it('a watcher that fails is logged and replaced by polling', async () => {
  const file = join(folder, 'a');
  await writeFile(file, 'one');
  await follow([file], 20);
  watch.mock.results[0]?.value.emit('error', new Error('no space left'));
  expect(logged).toHaveBeenCalledWith(expect.objectContaining({ folder, error: 'no space left' }));
  await writeFile(file, 'two');
  await isChanged(1);
});

it('if nothing can be watched, files are polled', async () => {
  watch.mockImplementationOnce(() => {
    throw new Error('too many watchers');
  });
  const file = join(folder, 'a');
  await writeFile(file, 'one');
  await follow([file], 20);
  await writeFile(file, 'two');
  await isChanged(1);
});
