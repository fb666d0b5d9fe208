// The chain of access records: what a record says, and how each is bound by a key outside of the database to the one before it.
import { createHmac } from 'node:crypto';

export interface AccessRecord {
  sequence: string;
  /** RFC 3339, UTC, in milliseconds; never before that of the record before. */
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
  /** Of the viewer; null in the first version of records, which have neither these nor an address. */
  roles: readonly string[] | null;
  /** From where the viewer asked; null where that is not known. */
  address: string | null;
}

/** What the first record is bound to. */
export const beginning = Buffer.alloc(32);

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
        // Those of before were authenticated without: nothing can be taken out of a later one, nor put into one of those.
        ...(record.roles === null && record.address === null ? [] : [record.roles, record.address]),
      ]),
    )
    .digest();

/** Characters of a text on record. */
export const maxStorable = 200;

/** A text as it stands on record: one that PostgreSQL cannot hold would keep a whole group from being written. */
export const storable = (text: string): string =>
  text.slice(0, maxStorable).toWellFormed().replaceAll('\0', '\ufffd');
