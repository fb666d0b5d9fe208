// Anchors: records the end of a subgraph's chain of access records outside of its database, so that a truncated chain is detected.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../database/database.ts';
import type { Keyring } from '../encryption/keyring.ts';
import type { Log } from '../log.ts';
import type { ChainEnd } from './verification.ts';

export const anchorsFile = 'access-anchors.jsonl';

interface Anchor extends ChainEnd {
  subgraph: string;
  at: string;
  keyId: string;
  mac: string;
}

const everyMs = 60_000;

const macOf = (key: Buffer, { subgraph, sequence, hash, at, keyId }: Omit<Anchor, 'mac'>): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(['anchor', subgraph, sequence, hash, at, keyId]))
    .digest('hex');

/** The line of an anchor, authenticated with the key of the chain. */
export function anchorLine(
  keyring: Keyring,
  subgraph: string,
  { sequence, hash }: ChainEnd,
  at: string,
): string {
  const { id: keyId, key } = keyring.current('access-records');
  const anchor = { subgraph, sequence, hash, at, keyId };
  return JSON.stringify({ ...anchor, mac: macOf(key, anchor) });
}

/** The anchors of one subgraph in the text of a file, and the numbers of lines that are not authentic. */
export function readAnchors(
  keyring: Keyring,
  subgraph: string,
  text: string,
): { anchors: ChainEnd[]; badLines: number[] } {
  const anchors: ChainEnd[] = [];
  const badLines: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const anchor = parsed(line);
    if (anchor && anchor.subgraph !== subgraph) continue;
    if (anchor && isAuthentic(keyring, anchor))
      anchors.push({ sequence: anchor.sequence, hash: anchor.hash });
    else badLines.push(index + 1);
  }
  return { anchors, badLines };
}

function parsed(line: string): Anchor | null {
  try {
    const { room, ...anchor } = JSON.parse(line) as Partial<Anchor> & { room?: string };
    // Anchors of earlier versions call the subgraph `room`.
    const subgraph = anchor.subgraph ?? room;
    const isComplete = typeof subgraph === 'string' && Number.isSafeInteger(anchor.sequence);
    return isComplete ? ({ ...anchor, subgraph } as Anchor) : null;
  } catch {
    return null;
  }
}

function isAuthentic(keyring: Keyring, anchor: Anchor): boolean {
  const key = keyring.named('access-records', String(anchor.keyId));
  const received = Buffer.from(String(anchor.mac), 'hex');
  return (
    key !== null &&
    received.length === 32 &&
    timingSafeEqual(received, Buffer.from(macOf(key, anchor), 'hex'))
  );
}

export interface AccessAnchorsOptions {
  sql: Database;
  keyring: Keyring;
  subgraph: string;
  /** The directory of the file; null to write to the log only. */
  directory: string | null;
  log: Log;
}

/** Writes the end of the chain to the log and to the file, every minute in which the chain has grown. */
export class AccessAnchors {
  #options: AccessAnchorsOptions;
  #timer: NodeJS.Timeout | undefined;
  #lastSequence = 0;

  constructor(options: AccessAnchorsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.write(), everyMs).unref();
  }

  /** Never rejects: an anchor that cannot be written is logged, and the next one covers it. */
  async write(): Promise<void> {
    const { sql, subgraph, log } = this.#options;
    try {
      const [end] = await sql<ChainEnd[]>`
        select r.sequence, encode(r.hash, 'hex') as hash from access_record r order by r.sequence desc limit 1`;
      if (!end || end.sequence === this.#lastSequence) return;
      await this.#append(end);
      this.#lastSequence = end.sequence;
      log({ event: 'access anchor', subgraph, sequence: end.sequence, hash: end.hash });
    } catch (error) {
      log({ event: 'access anchor not written', subgraph, error: (error as Error).message });
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }

  async #append(end: ChainEnd): Promise<void> {
    const { directory, keyring, subgraph } = this.#options;
    if (directory === null) return;
    await mkdir(directory, { recursive: true });
    // One short write at the end of the file: several processes may append to it.
    const file = await open(join(directory, anchorsFile), 'a+', 0o600);
    try {
      // A line that a crash has cut off must not corrupt the next one.
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1, '\n'), 0, 1, Math.max(size - 1, 0));
      const start = buffer.toString() === '\n' ? '' : '\n';
      await file.write(`${start}${anchorLine(keyring, subgraph, end, new Date().toISOString())}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
