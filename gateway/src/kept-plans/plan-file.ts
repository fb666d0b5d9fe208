// The file in which plans outlive the process: lines of text between a header and a digest of them all, replaced as a whole.
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const format = 'query plans 1';

/** Why a file cannot be used. */
export class UnusableFile extends Error {}

/**
 * The lines of the file, or null where there is none. Throws `UnusableFile` for a file that is not complete, was written by another
 * version, or can be written by others: it decides which subgraphs are requested, and for what.
 */
export function readLines(file: string, version: string, maxBytes: number): string[] | null {
  const text = readOwnFile(file, maxBytes);
  if (text === null) return null;
  const end = text.lastIndexOf('\n', text.length - 2) + 1;
  const [head, ...lines] = text.slice(0, end).split('\n').slice(0, -1);
  if (!head?.startsWith(`${format} `)) throw new UnusableFile('it is no file of query plans');
  if (text.slice(end) !== `${digestOf(text.slice(0, end))}\n`)
    throw new UnusableFile('it is incomplete or was changed');
  if (head !== headOf(version)) throw new UnusableFile('another version wrote it');
  return lines;
}

function readOwnFile(file: string, maxBytes: number): string | null {
  let opened: number;
  try {
    // Opening a pipe without this waits for somebody to write to it.
    opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UnusableFile((error as Error).message);
  }
  try {
    const stats = fstatSync(opened);
    if (!stats.isFile()) throw new UnusableFile('it is no regular file');
    if (isOfOthers(stats)) throw new UnusableFile('others can write it');
    if (stats.size > maxBytes) throw new UnusableFile('it is too large');
    return readFileSync(opened, 'utf8');
  } finally {
    closeSync(opened);
  }
}

/** Whether another user owns the file or may write it. On Windows, the rights of its folder decide. */
const isOfOthers = ({ mode, uid }: Stats): boolean =>
  process.platform !== 'win32' && ((mode & 0o022) !== 0 || uid !== process.getuid?.());

const headOf = (version: string): string => `${format} ${version}`;

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** How many characters are written at a time: requests are answered in between. */
const chunkLength = 65_536;
/** What an earlier process left when it was killed while it wrote. */
const abandonedMs = 60_000;

/** Replaces the file. Readers find the old one or the new one. Several processes may write: the last one stays. */
export async function writeLines(file: string, version: string, lines: readonly string[]): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  removeAbandoned(file);
  const next = `${file}.${randomUUID()}.next`;
  const opened = await open(next, 'wx', 0o600);
  try {
    await writeAll(opened, [headOf(version), ...lines]);
    await opened.sync();
    await opened.close();
    await rename(next, file);
  } catch (error) {
    await opened.close().catch(() => {});
    await rm(next, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
}

async function writeAll(opened: FileHandle, lines: readonly string[]): Promise<void> {
  const hash = createHash('sha256');
  let chunk = '';
  const flush = async () => {
    const bytes = Buffer.from(chunk);
    chunk = '';
    hash.update(bytes);
    await opened.writeFile(bytes);
  };
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length >= chunkLength) await flush();
  }
  await flush();
  await opened.writeFile(`${hash.digest('base64url')}\n`);
}

function removeAbandoned(file: string): void {
  const start = `${basename(file)}.`;
  for (const name of readdirSync(dirname(file))) {
    if (!name.startsWith(start) || !name.endsWith('.next')) continue;
    const path = join(dirname(file), name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() && Date.now() - stats.mtimeMs > abandonedMs) rmSync(path, { force: true });
  }
}

/** A new name survives a power failure once its folder is written. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder.
  if (process.platform === 'win32') return;
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
