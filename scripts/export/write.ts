// Where an export goes: standard output, or a file that has its name only when it is whole.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Writes the pieces as they come; of what fails half-way there is no file. */
export async function writeWhole(pieces: AsyncIterable<string>, file: string | undefined): Promise<void> {
  if (file === undefined) return writeTo(process.stdout, pieces);
  const part = `${file}.part-${process.pid}`;
  // What is exported may be of people: for the eyes of who exports only.
  const out = createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true });
  try {
    await writeTo(out, pieces);
    out.end();
    await finished(out);
    await rename(part, file);
  } catch (error) {
    out.destroy();
    await rm(part, { force: true });
    throw error;
  }
}

async function writeTo(out: Writable, pieces: AsyncIterable<string>): Promise<void> {
  const failed = new Promise<never>((_resolve, reject) => out.once('error', reject));
  failed.catch(() => {});
  try {
    for await (const piece of pieces) if (!out.write(piece)) await Promise.race([once(out, 'drain'), failed]);
  } catch (error) {
    // Whoever reads it has had enough: no further page is asked for.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
