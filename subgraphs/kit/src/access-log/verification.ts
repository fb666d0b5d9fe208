// Verifies a chain of access records: finds the records that were changed, moved, added or removed by someone without the keys.

import type { Sql } from '../database/database.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { type AccessRecord, genesisHash, hashOf } from './hash-chain.ts';

/** An earlier end of the chain, kept outside of the database. */
export interface ChainEnd {
  sequence: number;
  /** In hexadecimal digits. */
  hash: string;
}

export type ChainFaultKind =
  /** Records are missing from the middle. */
  | 'MISSING'
  /** A record or its hash was changed. */
  | 'CHANGED'
  /** A record is at another sequence number than it was written with. */
  | 'MOVED'
  /** The record was not written with the key. A change of the last record, or of two consecutive ones, is reported as this too. */
  | 'FORGED'
  /** The record names a key that is not in the keyring. */
  | 'UNKNOWN_KEY'
  /** The chain ends before an anchor. */
  | 'TRUNCATED'
  /** The record at an anchor is not the one that was anchored. */
  | 'REWRITTEN';

export interface ChainFault {
  kind: ChainFaultKind;
  sequence: number;
  /** The last of several consecutive records. */
  until: number;
  /** The sequence number that a moved record was written with. */
  from?: number;
}

export interface Verification {
  records: number;
  end: ChainEnd | null;
  faults: ChainFault[];
  /** The number of faults beyond those in `faults`. */
  more: number;
}

interface Stored {
  record: AccessRecord;
  sequence: number;
  hash: Buffer;
}

/** A record that its hash does not verify. */
interface Suspect extends Stored {
  /** The hash of the record before it; null if that record is missing. */
  previousHash: Buffer | null;
  fault: ChainFault;
}

interface Walk {
  keyring: Keyring;
  records: number;
  last: Stored | null;
  /** The last record that was verified: its hash, and the sequence number that it was written with. */
  verified: { hash: Buffer; number: number };
  suspects: Suspect[];
  faults: ChainFault[];
  more: number;
  maxFaults: number;
}

export interface VerificationOptions {
  batchSize?: number;
  maxFaults?: number;
}

/** Walks the whole chain in batches and compares it with the anchors. */
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
    verified: { hash: genesisHash, number: 0 },
    suspects: [],
    faults: [],
    more: 0,
    maxFaults,
  };
  const anchored = new Map(anchors.map(({ sequence }) => [sequence, null as string | null]));
  for (let after = '-9223372036854775808'; ; ) {
    const batch = await findBatch(sql, after, batchSize);
    for (const stored of batch) {
      examine(walk, stored);
      if (anchored.has(stored.sequence)) anchored.set(stored.sequence, stored.hash.toString('hex'));
    }
    after = batch.at(-1)?.record.sequence ?? after;
    if (batch.length < batchSize) break;
  }
  findSwapped(walk.suspects, keyring);
  for (const { fault } of walk.suspects) if (isFault(fault)) report(walk, fault);
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
    // Records are written in milliseconds: finer digits were not written by us, and have to fail the verification.
    record: { ...row, at: at.replace(/000Z$/, 'Z') },
    sequence: Number(row.sequence),
    hash,
  }));
}

/** Whether the hash of the record verifies it at that sequence number, after a record with that hash. */
function isVerified(
  { record, hash }: Stored,
  keyring: Keyring,
  previousHash: Buffer,
  number: number,
): boolean {
  const key = keyring.named('access-records', record.keyId);
  return key !== null && hashOf(key, previousHash, { ...record, sequence: String(number) }).equals(hash);
}

function examine(walk: Walk, stored: Stored): void {
  const { keyring, last } = walk;
  const { sequence, record } = stored;
  walk.records += 1;
  walk.last = stored;
  const expected = (last?.sequence ?? 0) + 1;
  const isBehindGap = sequence > expected;
  if (isBehindGap) report(walk, { kind: 'MISSING', sequence: expected, until: sequence - 1 });
  const previousHash = isBehindGap ? null : (last?.hash ?? genesisHash);
  if (previousHash && isVerified(stored, keyring, previousHash, sequence)) {
    confirmHash(walk, last);
    walk.verified = { hash: stored.hash, number: sequence };
    return;
  }
  const fault = { kind: 'FORGED' as const, sequence, until: sequence };
  if (keyring.named('access-records', record.keyId) === null) {
    report(walk, { ...fault, kind: 'UNKNOWN_KEY' });
    return;
  }
  const from = numberOf(walk, stored, previousHash);
  if (from !== null) {
    walk.verified = { hash: stored.hash, number: from };
    if (from === sequence) return;
    // After a suspect, the two may have been swapped.
    const followsSuspect = walk.suspects.at(-1)?.sequence === sequence - 1;
    const moved = { ...fault, kind: 'MOVED' as const, from };
    if (followsSuspect) suspect(walk, { ...stored, previousHash, fault: moved });
    else report(walk, moved);
    return;
  }
  if (isBehindGap) {
    // The record before it is missing: the next record verifies this one's hash, and nothing more can be verified.
    walk.verified = { hash: stored.hash, number: sequence };
    return;
  }
  suspect(walk, { ...stored, previousHash, fault });
}

/** The sequence number that a record was written with, if it is a near one; its own number if only the record before it was changed; null otherwise. */
function numberOf(
  { keyring, verified, suspects }: Walk,
  stored: Stored,
  previousHash: Buffer | null,
): number | null {
  if (isVerified(stored, keyring, verified.hash, verified.number + 1)) return verified.number + 1;
  if (previousHash)
    for (const shift of [-1, 1, -2, 2, -3, 3])
      if (isVerified(stored, keyring, previousHash, stored.sequence + shift)) return stored.sequence + shift;
  // Only the hash of the record before it was changed.
  const previous = suspects.at(-1);
  const key = previous && keyring.named('access-records', previous.record.keyId);
  if (!previous?.previousHash || !key || previous.sequence !== stored.sequence - 1) return null;
  const hash = hashOf(key, previous.previousHash, previous.record);
  if (!isVerified(stored, keyring, hash, stored.sequence)) return null;
  previous.fault.kind = 'CHANGED';
  return stored.sequence;
}

/** The next record verifies the hash of the last one, so something else of that record was changed. */
function confirmHash({ suspects }: Walk, last: Stored | null): void {
  const previous = suspects.at(-1);
  if (previous && previous.sequence === last?.sequence && previous.fault.kind === 'FORGED')
    previous.fault.kind = 'CHANGED';
}

function suspect(walk: Walk, found: Suspect): void {
  if (walk.suspects.length < walk.maxFaults) walk.suspects.push(found);
  else walk.more += 1;
}

/** Finds records that were swapped, and clears those that were suspected because of them. */
function findSwapped(suspects: readonly Suspect[], keyring: Keyring): void {
  const trueHashes = new Map<number, Buffer>();
  for (const moved of suspects)
    for (const position of suspects) {
      if (moved === position || !position.previousHash) continue;
      for (const previousHash of [position.previousHash, position.hash])
        for (const hash of [moved.hash, position.hash])
          if (isVerified({ ...moved, hash }, keyring, previousHash, position.sequence)) {
            Object.assign(moved.fault, { kind: 'MOVED', from: position.sequence });
            trueHashes.set(position.sequence, hash);
          }
    }
  for (const each of suspects) {
    const previousHash = trueHashes.get(each.sequence - 1);
    if (each.fault.kind !== 'MOVED' && previousHash && isVerified(each, keyring, previousHash, each.sequence))
      each.fault.from = each.sequence;
  }
}

/** A record that is found at the sequence number that it was written with is no fault. */
const isFault = ({ from, sequence }: ChainFault): boolean => from !== sequence;

function checkAnchor(walk: Walk, { sequence, hash }: ChainEnd, found: string | null): void {
  const last = walk.last?.sequence ?? 0;
  if (sequence > last) report(walk, { kind: 'TRUNCATED', sequence: last + 1, until: sequence });
  else if (found !== null && found !== hash) report(walk, { kind: 'REWRITTEN', sequence, until: sequence });
}

function report(walk: Walk, fault: ChainFault): void {
  if (walk.faults.length < walk.maxFaults) walk.faults.push(fault);
  else walk.more += 1;
}

/** Joins consecutive faults of one kind, in the order of the chain, without duplicates. */
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
