// Access records are appended in groups: the requests that wait while one transaction runs are written by the next.

import { subjectOfField } from '../access/access-rules.ts';
import { type Disclosure, maxRefusedSubjects } from '../access/disclosures.ts';
import type { Database, Sql } from '../database/database.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { graphError } from '../errors.ts';
import type { BulkLimit } from '../identity/roles.ts';
import { anonymous, type Viewer } from '../identity/viewer.ts';
import type { Log } from '../log.ts';
import { inTransaction } from '../mutations/mutation.ts';
import { BulkReads, type BulkRefusal } from './bulk-reads.ts';
import { type AccessRecord, beginning, chained, storable } from './chain.ts';
import { Strangers } from './gateway-refusals.ts';

/** In which request something was asked for. */
export interface AccessCause {
  viewer: Viewer;
  /** The name of the operation; null when it has none. */
  operation: string | null;
  requestId: string | null;
  /** From where the viewer asks. */
  address: string | null;
}

/** The name that the client gave to an operation: the gateway's fetches bear it, with the subgraph's behind and, from other gateways, a number. */
export function clientNames(subgraph: string): (fetched: string | null) => string | null {
  const suffix = new RegExp(`__${subgraph.replaceAll('-', '_')}(__\\d+)?$`);
  return (fetched) => fetched?.replace(suffix, '') || null;
}

/** What is to be written for one request. */
interface Entry {
  cause: AccessCause;
  outcome: AccessRecord['outcome'];
  disclosures: readonly Disclosure[];
  /** Of what is given only when it is on record. */
  answer: PromiseWithResolvers<void> | null;
  /** Why it is not given, once that is found. */
  braked: BulkRefusal | null;
}

export interface AccessRecordsOptions {
  sql: Database;
  keyring: Keyring;
  log: Log;
  /** Of viewers whose roles have none of their own. */
  bulkLimit?: BulkLimit;
}

/** Of one transaction, so that none runs into its time-out. */
const maxGroupRecords = 2000;
/** What nobody waits for is written with what somebody does, or after so long. */
const refusalsWaitMs = 250;
const retryMs = 5000;
/** Refusals that wait while the database is away; further ones are only counted. */
const maxRefusalsWaiting = 10_000;
const tellEveryMs = 60_000;

/** Appends the records of one process, in one transaction at a time. */
export class AccessRecords {
  #options: AccessRecordsOptions;
  #bulk: BulkReads;
  #giving: Entry[] = [];
  #refusing: Entry[] = [];
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout;
  #anonymous = 0;
  #beyond = 0;
  #strangers = new Strangers();
  #braked = new Map<string, BulkRefusal>();

  constructor(options: AccessRecordsOptions) {
    this.#options = options;
    this.#bulk = new BulkReads(options.bulkLimit);
    this.#telling = setInterval(() => this.flushRefusals(), tellEveryMs).unref();
  }

  /**
   * Resolves once each subject is on record. Rejects with a coded error when that cannot be, or when it would be more
   * persons than the viewer may see: then nothing is to be given.
   */
  give(cause: AccessCause, disclosures: readonly Disclosure[]): Promise<void> {
    const answer = Promise.withResolvers<void>();
    this.#giving.push({ cause, outcome: 'GIVEN', disclosures, answer, braked: null });
    void this.#run();
    return answer.promise;
  }

  /**
   * Puts on record what was refused, soon. Of callers without a token there are as many as there are scanners: their
   * refusals, and those beyond the first of a request, are counted in the log.
   */
  refuse(cause: AccessCause, disclosures: readonly Disclosure[], beyond = 0): void {
    this.#beyond += beyond;
    if (disclosures.length === 0) return;
    if (cause.viewer.id === anonymous.id) this.#anonymous += disclosures.length;
    else this.#refuse(cause, disclosures);
  }

  /**
   * Puts on record a request that was refused whole, before there was an operation: for the header by which it was. Of callers
   * whose token is not valid, one in a minute for each address.
   */
  refuseRequest(cause: AccessCause, header: string): void {
    const { viewer, address } = cause;
    if (viewer.id === anonymous.id && !this.#strangers.isNew(address)) {
      this.#anonymous += 1;
      return;
    }
    this.refuseKnownRequest(cause, header);
  }

  /** The same of one that the gateway refused: it counts those whose token is not valid. */
  refuseKnownRequest(cause: AccessCause, header: string): void {
    this.#refuse(cause, [{ ...subjectOfField('Request', header, cause.viewer), fields: [header] }]);
  }

  #refuse(cause: AccessCause, disclosures: readonly Disclosure[]): void {
    if (this.#refusing.length >= maxRefusalsWaiting) this.#beyond += disclosures.length;
    else {
      this.#refusing.push({ cause, outcome: 'REFUSED', disclosures, answer: null, braked: null });
      this.#runAfter(refusalsWaitMs);
    }
  }

  /** Resolves once everything so far is on record, or could not be. */
  async written(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#run();
  }

  /** Logs what has only been counted since the last time. */
  flushRefusals(): void {
    const { log } = this.#options;
    if (this.#anonymous || this.#beyond)
      log({ event: 'refusals not on record', anonymous: this.#anonymous, beyond: this.#beyond });
    this.#anonymous = 0;
    this.#beyond = 0;
    this.#strangers.clear();
    this.#braked.clear();
  }

  async stop(): Promise<void> {
    clearInterval(this.#telling);
    await this.written();
    clearTimeout(this.#timer);
    for (const { disclosures } of this.#refusing.splice(0)) this.#beyond += disclosures.length;
    this.flushRefusals();
  }

  #runAfter(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#run();
    }, ms).unref();
  }

  #run(): Promise<void> {
    if (!this.#isWaiting) return this.#running ?? Promise.resolve();
    this.#running ??= this.#writeWaiting();
    return this.#running;
  }

  get #isWaiting(): boolean {
    return this.#giving.length + this.#refusing.length > 0;
  }

  async #writeWaiting(): Promise<void> {
    while (this.#isWaiting) {
      const group = [...taken(this.#giving), ...taken(this.#refusing)];
      try {
        await this.#write(group);
        for (const entry of group) this.#settle(entry);
      } catch (error) {
        this.#bulk.forget(viewersOf(group));
        this.#withhold(group, error as Error);
        const refusals = group.filter(({ answer }) => answer === null);
        this.#keep(refusals, error as Error);
        if (this.#giving.length === 0) break;
      }
    }
    // At once: whoever comes after the last look begins anew.
    this.#running = null;
  }

  /** What is not on record is not given. */
  #withhold(group: readonly Entry[], { message }: Error): void {
    const withheld = group.filter(({ answer }) => answer !== null);
    if (withheld.length === 0) return;
    this.#options.log({ event: 'withheld, not on record', requests: withheld.length, error: message });
    for (const { answer } of withheld) answer?.reject(unavailable());
  }

  /** Refusals wait for a better moment. */
  #keep(refusals: Entry[], { message }: Error): void {
    if (refusals.length === 0) return;
    this.#options.log({ event: 'refusals wait for the database', requests: refusals.length, error: message });
    this.#refusing.unshift(...refusals);
    this.#runAfter(retryMs);
  }

  #settle({ answer, braked }: Entry): void {
    if (!braked) {
      answer?.resolve();
      return;
    }
    const { viewer, window, limit, persons, windowSeconds } = braked;
    // Once a minute for each viewer: the alert is not to be lost among its repetitions.
    if (!this.#braked.has(viewer.id)) {
      this.#braked.set(viewer.id, braked);
      this.#options.log({
        event: 'bulk read',
        viewer: viewer.id,
        roles: viewer.roles,
        window,
        limit,
        persons,
      });
    }
    answer?.reject(
      graphError(
        'BULK_READ',
        `${windowSeconds / 60} 分钟内最多可查看 ${limit} 人的未脱敏信息，已达上限并已告警；不声明用途仍可查看脱敏信息。 Unmasked values of at most ${limit} persons are given within ${windowSeconds / 60} minutes; that is reached, and has been reported. Without a purpose, masked values are still given.`,
        { limit, windowSeconds },
      ),
    );
  }

  #write(group: readonly Entry[]): Promise<void> {
    const { sql: database, keyring } = this.#options;
    const viewers = viewersOf(group.filter(({ answer }) => answer));
    return inTransaction(database, async (sql) => {
      // Sent together, run one after the other: what is read behind the lock is what was committed before it was got.
      const held = sql`select pg_advisory_xact_lock(hashtext('access_record'))`.execute();
      const [end] = await Promise.all([findEnd(sql), this.#bulk.catchUp(sql, viewers), held]);
      let { sequence, hash } = end;
      const { id: keyId, key } = keyring.current('access-records');
      const at = new Date(end.at).toISOString();
      const rows: (AccessRecord & { hash: string })[] = [];
      for (const entry of group) {
        const { cause, disclosures, answer } = entry;
        entry.braked = answer && this.#bulk.count(cause.viewer, disclosures, end.at);
        const outcome = entry.braked ? 'REFUSED' : entry.outcome;
        for (const subject of entry.braked ? disclosures.slice(0, maxRefusedSubjects) : disclosures) {
          sequence += 1;
          const record = recordOf(cause, subject, { sequence: String(sequence), at, outcome, keyId });
          hash = chained(key, hash, record);
          rows.push({ ...record, hash: hash.toString('hex') });
        }
      }
      await insert(sql, rows);
      this.#bulk.settle(viewers, sequence);
    });
  }
}

/** Takes the first entries whose records go into one transaction. */
function taken(entries: Entry[]): Entry[] {
  let records = 0;
  const end = entries.findIndex(({ disclosures }) => {
    records += disclosures.length;
    return records > maxGroupRecords;
  });
  return entries.splice(0, end < 0 ? entries.length : Math.max(1, end));
}

const viewersOf = (group: readonly Entry[]): string[] => [
  ...new Set(group.map(({ cause }) => storable(cause.viewer.id))),
];

function recordOf(
  { viewer, operation, requestId, address }: AccessCause,
  { type, id, divisionCode, fields }: Disclosure,
  where: Pick<AccessRecord, 'sequence' | 'at' | 'outcome' | 'keyId'>,
): AccessRecord {
  return {
    ...where,
    viewer: storable(viewer.id),
    bureau: viewer.bureau && storable(viewer.bureau),
    purpose: viewer.purpose,
    operation: operation && storable(operation),
    requestId: requestId && storable(requestId),
    subjectType: type,
    subjectId: storable(id),
    divisionCode,
    fields,
    roles: viewer.roles.map(storable),
    address: address && storable(address),
  };
}

const unavailable = () =>
  graphError(
    'AUDIT_UNAVAILABLE',
    '访问记录暂时无法写入，因此未给出受保护的值；请稍后重试。 The record of access cannot be written at the moment, so the protected value is not given; try again.',
  );

/** The end of the chain, and the instant by the database's clock, which all replicas share; not before the last record's. */
async function findEnd(sql: Sql): Promise<{ sequence: number; hash: Buffer; at: number }> {
  const [found] = await sql<
    { now: string; sequence: number | null; hash: Buffer | null; at: string | null }[]
  >`
    select clock_timestamp() as now, last.sequence, last.hash, last.at
    from (select) one left join lateral (
      select r.sequence, r.hash, r.at from access_record r order by r.sequence desc limit 1
    ) last on true`;
  const { now = '', sequence = null, hash = null, at = null } = found ?? {};
  return {
    sequence: sequence ?? 0,
    hash: hash ?? beginning,
    at: Math.max(Date.parse(now), at === null ? 0 : Date.parse(at)),
  };
}

/** All of them, or it throws: a database can be told to drop rows without a word. */
async function insert(sql: Sql, rows: readonly (AccessRecord & { hash: string })[]): Promise<void> {
  const { count } = await sql`
  insert into access_record
    (sequence, at, viewer, bureau, purpose, operation, request_id, outcome, subject_type, subject_id, division_code,
     fields, roles, address, key_id, hash)
  select r.sequence::bigint, r.at::timestamptz, r.viewer, r.bureau, r.purpose, r.operation, r."requestId", r.outcome,
    r."subjectType", r."subjectId", r."divisionCode", array(select jsonb_array_elements_text(r.fields)),
    array(select jsonb_array_elements_text(r.roles)), r.address, r."keyId",
    decode(r.hash, 'hex')
  from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (
    sequence text, at text, viewer text, bureau text, purpose text, operation text, "requestId" text, outcome text,
    "subjectType" text, "subjectId" text, "divisionCode" text, fields jsonb, roles jsonb, address text, "keyId" text,
    hash text)`;
  if (count !== rows.length) throw new Error(`${count} of ${rows.length} access records were inserted`);
}
