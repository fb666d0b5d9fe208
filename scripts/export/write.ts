// Writes an export to standard output, or to a file that gets its name only when it is complete.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Writes the chunks as they arrive. When the export fails half-way, no file is left. */
export async function writeWhole(chunks: AsyncIterable<string>, file: string | undefined): Promise<void> {
  if (file === undefined) return writeTo(process.stdout, chunks);
  const part = `${file}.part-${process.pid}`;
  // An export may contain personal data: only its owner can read the file.
  const out = createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true });
  try {
    await writeTo(out, chunks);
    out.end();
    await finished(out);
    await rename(part, file);
  } catch (error) {
    out.destroy();
    await rm(part, { force: true });
    throw error;
  }
}

async function writeTo(out: Writable, chunks: AsyncIterable<string>): Promise<void> {
  const failed = new Promise<never>((_resolve, reject) => out.once('error', reject));
  failed.catch(() => {});
  try {
    for await (const chunk of chunks) if (!out.write(chunk)) await Promise.race([once(out, 'drain'), failed]);
  } catch (error) {
    // The reader closed the output: no further page is requested.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
