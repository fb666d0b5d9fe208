// Appends access records in groups: requests that arrive while one transaction runs are written by the next.

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
import { InvalidTokenAddresses } from './gateway-refusals.ts';
import { type AccessRecord, genesisHash, hashOf, storable } from './hash-chain.ts';

/** The request that a record is about. */
export interface AccessCause {
  viewer: Viewer;
  /** The name of the operation; null when it has none. */
  operation: string | null;
  requestId: string | null;
  /** The client's IP address. */
  address: string | null;
}

/** Extracts the client's name of an operation from that of a gateway's fetch, which appends the name of the subgraph and, in other gateways, a number. */
export function clientNames(subgraph: string): (fetched: string | null) => string | null {
  const suffix = new RegExp(`__${subgraph.replaceAll('-', '_')}(__\\d+)?$`);
  return (fetched) => fetched?.replace(suffix, '') || null;
}

/** The records to write for one request. */
interface Entry {
  cause: AccessCause;
  outcome: AccessRecord['outcome'];
  disclosures: readonly Disclosure[];
  /** Settled once the records are written, for disclosures, which wait for that. */
  settled: PromiseWithResolvers<void> | null;
  /** Set if the disclosure exceeds the viewer's bulk limit. */
  refusal: BulkRefusal | null;
}

export interface AccessRecordsOptions {
  sql: Database;
  keyring: Keyring;
  log: Log;
  /** The limit of viewers whose roles have none of their own. */
  bulkLimit?: BulkLimit;
}

/** Records of one transaction, so that none runs into its timeout. */
const maxGroupRecords = 2000;
/** Refusals are written with the next disclosures, or after this long. */
const refusalDelayMs = 250;
const retryMs = 5000;
/** Refusals that are kept while the database is down; further ones are only counted. */
const maxPendingRefusals = 10_000;
const logEveryMs = 60_000;

/** Appends the records of one process, in one transaction at a time. */
export class AccessRecords {
  #options: AccessRecordsOptions;
  #bulk: BulkReads;
  #disclosures: Entry[] = [];
  #refusals: Entry[] = [];
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #logTimer: NodeJS.Timeout;
  #anonymous = 0;
  #beyond = 0;
  #invalidTokens = new InvalidTokenAddresses();
  /** Viewers whose bulk reads have been logged since the last flush. */
  #loggedBulkReads = new Set<string>();

  constructor(options: AccessRecordsOptions) {
    this.#options = options;
    this.#bulk = new BulkReads(options.bulkLimit);
    this.#logTimer = setInterval(() => this.flushRefusals(), logEveryMs).unref();
  }

  /**
   * Resolves once each subject is recorded. Rejects with a coded error if the records cannot be written, or if the viewer would exceed
   * its bulk limit: then nothing may be disclosed.
   */
  disclose(cause: AccessCause, disclosures: readonly Disclosure[]): Promise<void> {
    const settled = Promise.withResolvers<void>();
    this.#disclosures.push({ cause, outcome: 'GIVEN', disclosures, settled, refusal: null });
    void this.#run();
    return settled.promise;
  }

  /**
   * Records refusals, with a delay. Those of clients without a token, of which scanners send many, and those beyond the first of a
   * request are only counted in the log.
   */
  refuse(cause: AccessCause, disclosures: readonly Disclosure[], beyond = 0): void {
    this.#beyond += beyond;
    if (disclosures.length === 0) return;
    if (cause.viewer.id === anonymous.id) this.#anonymous += disclosures.length;
    else this.#refuse(cause, disclosures);
  }

  /**
   * Records a request that was refused as a whole because of a header, before there was an operation. Of clients
   * with an invalid token, one request a minute is recorded for each address.
   */
  refuseRequest(cause: AccessCause, header: string): void {
    const { viewer, address } = cause;
    if (viewer.id === anonymous.id && !this.#invalidTokens.isNew(address)) {
      this.#anonymous += 1;
      return;
    }
    this.refuseGatewayRequest(cause, header);
  }

  /** Records a request that the gateway refused; the gateway has limited those with an invalid token. */
  refuseGatewayRequest(cause: AccessCause, header: string): void {
    this.#refuse(cause, [{ ...subjectOfField('Request', header, cause.viewer), fields: [header] }]);
  }

  #refuse(cause: AccessCause, disclosures: readonly Disclosure[]): void {
    if (this.#refusals.length >= maxPendingRefusals) this.#beyond += disclosures.length;
    else {
      this.#refusals.push({ cause, outcome: 'REFUSED', disclosures, settled: null, refusal: null });
      this.#runAfter(refusalDelayMs);
    }
  }

  /** Resolves once everything so far is written, or could not be. */
  async written(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#run();
  }

  /** Logs the counts since the last time. */
  flushRefusals(): void {
    const { log } = this.#options;
    if (this.#anonymous || this.#beyond)
      log({ event: 'refusals not on record', anonymous: this.#anonymous, beyond: this.#beyond });
    this.#anonymous = 0;
    this.#beyond = 0;
    this.#invalidTokens.clear();
    this.#loggedBulkReads.clear();
  }

  async stop(): Promise<void> {
    clearInterval(this.#logTimer);
    await this.written();
    clearTimeout(this.#timer);
    for (const { disclosures } of this.#refusals.splice(0)) this.#beyond += disclosures.length;
    this.flushRefusals();
  }

  #runAfter(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#run();
    }, ms).unref();
  }

  #run(): Promise<void> {
    if (!this.#isPending) return this.#running ?? Promise.resolve();
    this.#running ??= this.#writePending();
    return this.#running;
  }

  get #isPending(): boolean {
    return this.#disclosures.length + this.#refusals.length > 0;
  }

  async #writePending(): Promise<void> {
    while (this.#isPending) {
      const group = [...takeGroup(this.#disclosures), ...takeGroup(this.#refusals)];
      try {
        await this.#write(group);
        for (const entry of group) this.#settle(entry);
      } catch (error) {
        this.#bulk.forget(viewersOf(group));
        this.#rejectDisclosures(group, error as Error);
        const refusals = group.filter(({ settled }) => settled === null);
        this.#retryLater(refusals, error as Error);
        if (this.#disclosures.length === 0) break;
      }
    }
    // In the same tick as the last check: entries that come later start a new run.
    this.#running = null;
  }

  /** Disclosures that are not recorded do not happen. */
  #rejectDisclosures(group: readonly Entry[], { message }: Error): void {
    const withheld = group.filter(({ settled }) => settled !== null);
    if (withheld.length === 0) return;
    this.#options.log({ event: 'withheld, not on record', requests: withheld.length, error: message });
    for (const { settled } of withheld) settled?.reject(unavailable());
  }

  #retryLater(refusals: Entry[], { message }: Error): void {
    if (refusals.length === 0) return;
    this.#options.log({ event: 'refusals wait for the database', requests: refusals.length, error: message });
    this.#refusals.unshift(...refusals);
    this.#runAfter(retryMs);
  }

  #settle({ settled, refusal }: Entry): void {
    if (!refusal) {
      settled?.resolve();
      return;
    }
    const { viewer, window, limit, persons, windowSeconds } = refusal;
    // Once a minute for each viewer, so that repetitions do not drown the alert.
    if (!this.#loggedBulkReads.has(viewer.id)) {
      this.#loggedBulkReads.add(viewer.id);
      this.#options.log({
        event: 'bulk read',
        level: 'warn',
        viewer: viewer.id,
        roles: viewer.roles,
        window,
        limit,
        persons,
      });
    }
    settled?.reject(
      graphError(
        'BULK_READ',
        `${windowSeconds / 60} 分钟内最多可查看 ${limit} 人的未脱敏信息，已达上限并已告警；不声明用途仍可查看脱敏信息。 A viewer may see unmasked values of at most ${limit} persons within ${windowSeconds / 60} minutes. The limit is reached, and this has been reported. Without a purpose you still receive masked values.`,
        { limit, windowSeconds },
      ),
    );
  }

  #write(group: readonly Entry[]): Promise<void> {
    const { sql: database, keyring } = this.#options;
    const viewers = viewersOf(group.filter(({ settled }) => settled));
    return inTransaction(database, async (sql) => {
      // Pipelined, and run in order: the reads after the lock see everything that was committed before it was acquired.
      const locked = sql`select pg_advisory_xact_lock(hashtext('access_record'))`.execute();
      const [end] = await Promise.all([findEnd(sql), this.#bulk.catchUp(sql, viewers), locked]);
      let { sequence, hash } = end;
      const { id: keyId, key } = keyring.current('access-records');
      const at = new Date(end.at).toISOString();
      const rows: (AccessRecord & { hash: string })[] = [];
      for (const entry of group) {
        const { cause, disclosures, settled } = entry;
        entry.refusal = settled && this.#bulk.count(cause.viewer, disclosures, end.at);
        const outcome = entry.refusal ? 'REFUSED' : entry.outcome;
        for (const subject of entry.refusal ? disclosures.slice(0, maxRefusedSubjects) : disclosures) {
          sequence += 1;
          const record = recordOf(cause, subject, { sequence: String(sequence), at, outcome, keyId });
          hash = hashOf(key, hash, record);
          rows.push({ ...record, hash: hash.toString('hex') });
        }
      }
      await insert(sql, rows);
      this.#bulk.settle(viewers, sequence);
    });
  }
}

/** Takes the first entries whose records fit into one transaction. */
function takeGroup(entries: Entry[]): Entry[] {
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
  position: Pick<AccessRecord, 'sequence' | 'at' | 'outcome' | 'keyId'>,
): AccessRecord {
  return {
    ...position,
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
    '访问记录暂时无法写入，因此不能提供受保护的值；请稍后重试。 The access record cannot be written at the moment, so the protected value is withheld; try again later.',
  );

/** The end of the chain, and the current instant by the database's clock, which all replicas share; not earlier than that of the last record. */
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
    hash: hash ?? genesisHash,
    at: Math.max(Date.parse(now), at === null ? 0 : Date.parse(at)),
  };
}

/** Inserts all records or throws: a trigger or rule of the database could drop rows silently. */
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
