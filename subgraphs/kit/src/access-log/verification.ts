// Verifies a chain of access records: what of it was changed, moved, added or taken away by who has not the keys.

import type { Sql } from '../database/database.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { type AccessRecord, beginning, chained } from './chain.ts';

/** The end of a chain as it was once, kept outside of the database. */
export interface ChainEnd {
  sequence: number;
  /** In hexadecimal digits. */
  hash: string;
}

export type ChainFaultKind =
  /** Records are gone from the midst. */
  | 'MISSING'
  /** A record, or its hash, is not as it was written. */
  | 'CHANGED'
  /** A record stands at another number than it was written with. */
  | 'MOVED'
  /** Nobody who has the key wrote it as it stands; so looks too what was changed in the last record, or in two that follow. */
  | 'FORGED'
  /** It names a key that is not in the keyring. */
  | 'UNKNOWN_KEY'
  /** The chain ends before an anchor. */
  | 'TRUNCATED'
  /** Another record stands where an anchor was set. */
  | 'REWRITTEN';

export interface ChainFault {
  kind: ChainFaultKind;
  sequence: number;
  /** The last of several in a row. */
  until: number;
  /** Of what was moved, the number it was written with. */
  from?: number;
}

export interface Verification {
  records: number;
  end: ChainEnd | null;
  faults: ChainFault[];
  /** Faults beyond the first so many. */
  more: number;
}

interface Stored {
  record: AccessRecord;
  sequence: number;
  hash: Buffer;
}

/** A record that its hash does not prove. */
interface Suspect extends Stored {
  /** The hash that stands before it; null where that record is gone. */
  before: Buffer | null;
  fault: ChainFault;
}

interface Walk {
  keyring: Keyring;
  records: number;
  last: Stored | null;
  /** The last record that was proven: its hash, and the number it was written with. */
  proven: { hash: Buffer; number: number };
  suspects: Suspect[];
  faults: ChainFault[];
  more: number;
  maxFaults: number;
}

export interface VerificationOptions {
  batchSize?: number;
  maxFaults?: number;
}

/** Walks the whole chain in batches, and holds it against the anchors. */
export async function verifyAccessRecords(
  sql: Sql,
  keyring: Keyring,
  anchors: readonly ChainEnd[] = [],
  { batchSize = 5000, maxFaults = 100 }: VerificationOptions = {},
): Promise<Verification> {
  const walk: Walk = {
    keyring,
    records: 0,
    last: null,
    proven: { hash: beginning, number: 0 },
    suspects: [],
    faults: [],
    more: 0,
    maxFaults,
  };
  const anchored = new Map(anchors.map(({ sequence }) => [sequence, null as string | null]));
  for (let after = '-9223372036854775808'; ; ) {
    const batch = await findBatch(sql, after, batchSize);
    for (const stored of batch) {
      look(walk, stored);
      if (anchored.has(stored.sequence)) anchored.set(stored.sequence, stored.hash.toString('hex'));
    }
    after = batch.at(-1)?.record.sequence ?? after;
    if (batch.length < batchSize) break;
  }
  findSwapped(walk.suspects, keyring);
  for (const { fault } of walk.suspects) if (isFault(fault)) note(walk, fault);
  for (const anchor of anchors) checkAnchor(walk, anchor, anchored.get(anchor.sequence) ?? null);
  const { records, last, faults, more } = walk;
  const end = last && { sequence: last.sequence, hash: last.hash.toString('hex') };
  return { records, end, faults: inRanges(faults), more };
}

async function findBatch(sql: Sql, after: string, limit: number): Promise<Stored[]> {
  const rows = await sql<(AccessRecord & { hash: Buffer })[]>`
    select r.sequence::text, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, r.viewer, r.bureau,
      r.purpose, r.operation, r.request_id, r.outcome, r.subject_type, r.subject_id, r.division_code, r.fields, r.key_id,
      r.roles, r.address, r.hash
    from access_record r where r.sequence > ${after}::bigint order by r.sequence limit ${limit}`;
  return rows.map(({ hash, at, ...row }) => ({
    // Written in milliseconds: what is finer was not written by us, and stays to be seen.
    record: { ...row, at: at.replace(/000Z$/, 'Z') },
    sequence: Number(row.sequence),
    hash,
  }));
}

/** Whether the record is proven when it stands behind that hash, at that number. */
function isProven({ record, hash }: Stored, keyring: Keyring, before: Buffer, number: number): boolean {
  const key = keyring.named('access-records', record.keyId);
  return key !== null && chained(key, before, { ...record, sequence: String(number) }).equals(hash);
}

function look(walk: Walk, stored: Stored): void {
  const { keyring, last } = walk;
  const { sequence, record } = stored;
  walk.records += 1;
  walk.last = stored;
  const expected = (last?.sequence ?? 0) + 1;
  const isBehindGap = sequence > expected;
  if (isBehindGap) note(walk, { kind: 'MISSING', sequence: expected, until: sequence - 1 });
  const before = isBehindGap ? null : (last?.hash ?? beginning);
  if (before && isProven(stored, keyring, before, sequence)) {
    vindicate(walk, last);
    walk.proven = { hash: stored.hash, number: sequence };
    return;
  }
  const fault = { kind: 'FORGED' as const, sequence, until: sequence };
  if (keyring.named('access-records', record.keyId) === null) {
    note(walk, { ...fault, kind: 'UNKNOWN_KEY' });
    return;
  }
  const from = numberOf(walk, stored, before);
  if (from !== null) {
    walk.proven = { hash: stored.hash, number: from };
    if (from === sequence) return;
    // Beside one that nothing proves it may have its place.
    const isBeside = walk.suspects.at(-1)?.sequence === sequence - 1;
    const moved = { ...fault, kind: 'MOVED' as const, from };
    if (isBeside) suspect(walk, { ...stored, before, fault: moved });
    else note(walk, moved);
    return;
  }
  if (isBehindGap) {
    // What it is bound to is gone: the next record proves its hash, and that is all there is to know.
    walk.proven = { hash: stored.hash, number: sequence };
    return;
  }
  suspect(walk, { ...stored, before, fault });
}

/** The number with which a record was written, when it is one that is near; its own where only what is before it changed. */
function numberOf({ keyring, proven, suspects }: Walk, stored: Stored, before: Buffer | null): number | null {
  if (isProven(stored, keyring, proven.hash, proven.number + 1)) return proven.number + 1;
  if (before)
    for (const shift of [-1, 1, -2, 2, -3, 3])
      if (isProven(stored, keyring, before, stored.sequence + shift)) return stored.sequence + shift;
  // The hash of the record before it was changed, and nothing else of that record.
  const previous = suspects.at(-1);
  const key = previous && keyring.named('access-records', previous.record.keyId);
  if (!previous?.before || !key || previous.sequence !== stored.sequence - 1) return null;
  const hash = chained(key, previous.before, previous.record);
  if (!isProven(stored, keyring, hash, stored.sequence)) return null;
  previous.fault.kind = 'CHANGED';
  return stored.sequence;
}

/** The next record is bound to its hash: that is genuine, so something else of the record was changed. */
function vindicate({ suspects }: Walk, last: Stored | null): void {
  const previous = suspects.at(-1);
  if (previous && previous.sequence === last?.sequence && previous.fault.kind === 'FORGED')
    previous.fault.kind = 'CHANGED';
}

function suspect(walk: Walk, found: Suspect): void {
  if (walk.suspects.length < walk.maxFaults) walk.suspects.push(found);
  else walk.more += 1;
}

/** Finds records that stand in each other's place, and clears those that were suspected because of them. */
function findSwapped(suspects: readonly Suspect[], keyring: Keyring): void {
  const trueHashes = new Map<number, Buffer>();
  for (const moved of suspects)
    for (const place of suspects) {
      if (moved === place || !place.before) continue;
      for (const before of [place.before, place.hash])
        for (const hash of [moved.hash, place.hash])
          if (isProven({ ...moved, hash }, keyring, before, place.sequence)) {
            Object.assign(moved.fault, { kind: 'MOVED', from: place.sequence });
            trueHashes.set(place.sequence, hash);
          }
    }
  for (const each of suspects) {
    const before = trueHashes.get(each.sequence - 1);
    if (each.fault.kind !== 'MOVED' && before && isProven(each, keyring, before, each.sequence))
      each.fault.from = each.sequence;
  }
}

/** A record that is found to stand where it was written is none. */
const isFault = ({ from, sequence }: ChainFault): boolean => from !== sequence;

function checkAnchor(walk: Walk, { sequence, hash }: ChainEnd, found: string | null): void {
  const last = walk.last?.sequence ?? 0;
  if (sequence > last) note(walk, { kind: 'TRUNCATED', sequence: last + 1, until: sequence });
  else if (found !== null && found !== hash) note(walk, { kind: 'REWRITTEN', sequence, until: sequence });
}

function note(walk: Walk, fault: ChainFault): void {
  if (walk.faults.length < walk.maxFaults) walk.faults.push(fault);
  else walk.more += 1;
}

/** Those of the same kind that follow each other as one, in the order of the chain; each once. */
function inRanges(faults: readonly ChainFault[]): ChainFault[] {
  const ranges: ChainFault[] = [];
  for (const fault of [...faults].sort((a, b) => a.sequence - b.sequence || b.until - a.until)) {
    const last = ranges.findLast(({ kind }) => kind === fault.kind);
    const shift = (each: ChainFault) => (each.from === undefined ? 0 : each.from - each.sequence);
    if (last && fault.until <= last.until) continue;
    if (last && fault.sequence <= last.until + 1 && shift(last) === shift(fault)) last.until = fault.until;
    else ranges.push({ ...fault });
  }
  return ranges;
}
