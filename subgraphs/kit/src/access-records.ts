// Access records: an append-only chain. Each is bound by a key outside of the database to the one before it.
import { createHmac } from 'node:crypto';
import type { Database, Sql } from './database.ts';
import type { Disclosure } from './disclosures.ts';
import { graphError } from './errors.ts';
import type { Keyring } from './keyring.ts';
import type { Viewer } from './viewer.ts';

/** In which request something was asked for. */
export interface AccessCause {
  viewer: Viewer;
  /** The name of the operation; null when it has none. */
  operation: string | null;
  requestId: string | null;
}

export interface AccessRecord {
  sequence: string;
  /** RFC 3339, UTC. */
  at: string;
  viewer: string;
  bureau: string | null;
  purpose: string | null;
  operation: string | null;
  requestId: string | null;
  outcome: 'GIVEN' | 'REFUSED';
  subjectType: string;
  subjectId: string;
  divisionCode: string;
  fields: readonly string[];
  keyId: string;
}

const beginning = Buffer.alloc(32);

/** What binds a record to the one before it. */
export const chained = (key: Buffer, before: Buffer, record: AccessRecord): Buffer =>
  createHmac('sha256', key)
    .update(before)
    .update(
      JSON.stringify([
        record.sequence,
        record.at,
        record.viewer,
        record.bureau,
        record.purpose,
        record.operation,
        record.requestId,
        record.outcome,
        record.subjectType,
        record.subjectId,
        record.divisionCode,
        record.fields,
        record.keyId,
      ]),
    )
    .digest();

/** Writes one record for each subject. Rejects with a coded error when it cannot: then nothing is to be given. */
export async function writeAccessRecords(
  database: Database,
  keyring: Keyring,
  { viewer, operation, requestId }: AccessCause,
  outcome: AccessRecord['outcome'],
  disclosures: readonly Disclosure[],
): Promise<void> {
  try {
    await database.begin(async (sql) => {
      let { sequence, hash } = await heldEnd(sql);
      const { id: keyId, key } = keyring.current('access-records');
      const at = new Date().toISOString();
      const rows = disclosures.map(({ type, id, divisionCode, fields }) => {
        sequence += 1n;
        const record: AccessRecord = {
          sequence: String(sequence),
          at,
          viewer: viewer.id,
          bureau: viewer.bureau,
          purpose: viewer.purpose,
          operation: operation?.slice(0, 200) ?? null,
          requestId: requestId?.slice(0, 200) ?? null,
          outcome,
          subjectType: type,
          subjectId: id,
          divisionCode,
          fields,
          keyId,
        };
        hash = chained(key, hash, record);
        return { ...record, hash: hash.toString('hex') };
      });
      await insert(sql, rows);
    });
  } catch {
    throw graphError(
      'AUDIT_UNAVAILABLE',
      '访问记录暂时无法写入，因此未给出受保护的值；请稍后重试。 The record of access cannot be written at the moment, so the protected value is not given; try again.',
    );
  }
}

/** The end of the chain, where nobody else appends until the transaction ends. */
async function heldEnd(sql: Sql): Promise<{ sequence: bigint; hash: Buffer }> {
  await sql`select pg_advisory_xact_lock(hashtext('access_record'))`;
  // By the column: the bare name would be the text of the result, where 9 comes after 10.
  const [last] = await sql<{ sequence: string; hash: Buffer }[]>`
    select sequence::text, hash from access_record order by access_record.sequence desc limit 1`;
  return last ? { sequence: BigInt(last.sequence), hash: last.hash } : { sequence: 0n, hash: beginning };
}

const insert = (sql: Sql, rows: readonly (AccessRecord & { hash: string })[]) => sql`
  insert into access_record
    (sequence, at, viewer, bureau, purpose, operation, request_id, outcome, subject_type, subject_id, division_code,
     fields, key_id, hash)
  select r.sequence::bigint, r.at::timestamptz, r.viewer, r.bureau, r.purpose, r.operation, r."requestId", r.outcome,
    r."subjectType", r."subjectId", r."divisionCode", array(select jsonb_array_elements_text(r.fields)), r."keyId",
    decode(r.hash, 'hex')
  from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (
    sequence text, at text, viewer text, bureau text, purpose text, operation text, "requestId" text, outcome text,
    "subjectType" text, "subjectId" text, "divisionCode" text, fields jsonb, "keyId" text, hash text)`;
