// The hash chain of access records: the content of a record, and its hash with a key outside of the database over that of the record before.
import { createHmac } from 'node:crypto';

export interface AccessRecord {
  sequence: string;
  /** RFC 3339, UTC, in milliseconds; never earlier than that of the record before. */
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
  /** The roles of the viewer; null in the first version of records, which have neither roles nor an address. */
  roles: readonly string[] | null;
  /** The client's IP address; null if it is not known. */
  address: string | null;
}

/** The hash before that of the first record. */
export const genesisHash = Buffer.alloc(32);

/** The hash of a record, which includes the hash of the record before it. */
export const hashOf = (key: Buffer, previousHash: Buffer, record: AccessRecord): Buffer =>
  createHmac('sha256', key)
    .update(previousHash)
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
        // The hash of a record of the first version does not cover them: nothing can be removed from a later record, nor added to an earlier one.
        ...(record.roles === null && record.address === null ? [] : [record.roles, record.address]),
      ]),
    )
    .digest();

/** The maximum number of characters of a text in a record. */
export const maxStorable = 200;

/** A text as it is recorded: one that PostgreSQL cannot store would make the insert of a whole group fail. */
export const storable = (text: string): string =>
  text.slice(0, maxStorable).toWellFormed().replaceAll('\0', '\ufffd');
