// Limits bulk reads: the number of persons whose unmasked values a viewer may see within ten minutes and within a day.
import { LRUCache } from 'lru-cache';
import type { Disclosure, Subject } from '../access/disclosures.ts';
import type { Sql } from '../database/database.ts';
import { type BulkLimit, bulkLimitOfRole, type RoleName } from '../identity/roles.ts';
import type { Viewer } from '../identity/viewer.ts';
import { storable } from './hash-chain.ts';

/** The limit unless the subgraph or a role has another. */
export const defaultBulkLimit: BulkLimit = { tenMinutes: 200, day: 1000 };

/** Access records that an auditor reads are not counted: they are not a person's data. */
export const auditedType = 'AccessRecord';

export interface BulkRefusal {
  viewer: Viewer;
  window: keyof BulkLimit;
  windowSeconds: number;
  limit: number;
  /** The number of persons that it would have been in all. */
  persons: number;
}

const windows = [
  { name: 'tenMinutes', ms: 600_000 },
  { name: 'day', ms: 86_400_000 },
] as const;

/** The persons that were disclosed to a viewer up to a record, each with the instant of the last time, the latest last. */
interface Seen {
  sequence: number;
  at: Map<string, number>;
}

interface Row {
  viewer: string;
  subject: string;
  at: string;
}

const keyOf = ({ type, id }: Pick<Subject, 'type' | 'id'>) => `${type} ${storable(id)}`;

/** The highest limit of the viewer's roles; a role without one has that of the subgraph. */
function bulkLimitOf(roles: readonly RoleName[], ofSubgraph: BulkLimit): BulkLimit {
  const limits = roles.map((name) => bulkLimitOfRole(name) ?? ofSubgraph);
  if (limits.length === 0) return ofSubgraph;
  return {
    tenMinutes: Math.max(...limits.map(({ tenMinutes }) => tenMinutes)),
    day: Math.max(...limits.map(({ day }) => day)),
  };
}

/**
 * Counts by the access records, so that all replicas count together: each process caches what it has read of them, and continues
 * from there. Its methods may be called only while the end of the chain is locked.
 */
export class BulkReads {
  #limit: BulkLimit;
  #seen = new LRUCache<string, Seen>({ max: 2000 });

  constructor(limit: BulkLimit = defaultBulkLimit) {
    this.#limit = limit;
  }

  /** Reads what was disclosed to these viewers since the last read. */
  async catchUp(sql: Sql, viewers: readonly string[]): Promise<void> {
    if (viewers.length === 0) return;
    const since = viewers.map((viewer) => this.#seen.get(viewer)?.sequence ?? 0);
    const rows = await sql<Row[]>`
      select v.viewer, r.subject, r.at
      from unnest(${viewers as string[]}::text[], ${since}::bigint[]) v(viewer, since)
      cross join lateral (
        select subject_type || ' ' || subject_id as subject, max(at) as at from access_record r
        where r.viewer = v.viewer and r.outcome = 'GIVEN' and r.subject_type <> ${auditedType}
          and r.sequence > greatest(v.since, (
            select p.sequence from access_record p
            where p.at < now() - interval '1 day' order by p.at desc, p.sequence desc limit 1))
        group by 1
      ) r
      order by r.at`;
    for (const viewer of viewers)
      if (!this.#seen.has(viewer)) this.#seen.set(viewer, { sequence: 0, at: new Map() });
    for (const { viewer, subject, at } of rows) this.#add(viewer, subject, Date.parse(at));
  }

  /** Counts the disclosures, or returns why they exceed the limit and counts nothing. */
  count(viewer: Viewer, disclosures: readonly Disclosure[], now: number): BulkRefusal | null {
    const id = storable(viewer.id);
    const seen = this.#seen.get(id)?.at ?? new Map<string, number>();
    for (const [subject, at] of seen) {
      if (at >= now - windows[1].ms) break;
      seen.delete(subject);
    }
    const requested = disclosures.filter(({ type }) => type !== auditedType).map(keyOf);
    const limits = bulkLimitOf(viewer.roles, this.#limit);
    for (const { name, ms } of windows) {
      const isIn = (at: number | undefined) => at !== undefined && at >= now - ms;
      const added = requested.filter((subject) => !isIn(seen.get(subject))).length;
      let persons = added;
      if (added) for (const at of seen.values()) if (isIn(at)) persons += 1;
      // Persons that the viewer has seen already may be seen again.
      if (persons > limits[name] && added)
        return { viewer, window: name, windowSeconds: ms / 1000, limit: limits[name], persons };
    }
    for (const subject of requested) this.#add(id, subject, now);
    return null;
  }

  /** What was counted for these viewers is recorded, up to this sequence number. */
  settle(viewers: readonly string[], sequence: number): void {
    for (const viewer of viewers) {
      const seen = this.#seen.get(viewer);
      if (seen) seen.sequence = sequence;
    }
  }

  /** What was counted for these viewers was not recorded, and is read anew. */
  forget(viewers: readonly string[]): void {
    for (const viewer of viewers) this.#seen.delete(viewer);
  }

  #add(viewer: string, subject: string, at: number): void {
    const seen = this.#seen.get(viewer)?.at;
    seen?.delete(subject);
    seen?.set(subject, at);
  }
}
