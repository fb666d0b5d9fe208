// The policy for breaking changes (docs/change-policy.md): which of them may be released, and what to do about the others. Pure.
import type { SchemaChange } from './changes.ts';

/** A breaking change that is made without the end of a deprecation, as `schema/releases/breaking-changes.json` records it. */
export interface RecordedChange {
  /** The text of the change, as the check prints it. */
  change: string;
  reason: string;
  /** The day on which clients and partners were notified, YYYY-MM-DD. */
  announced: string;
  /** The first day on which it may be released: at least `noticeDays` after it was announced, or that day for a fault of security or privacy. */
  from: string;
  isSecurity?: true;
}

/** Time to change and release a client. */
export const noticeDays = 90;
const dayMs = 86_400_000;
const dayForm = /^\d{4}-\d\d-\d\d$/;

/** A line for each fault: a breaking change that may not be released today, a record that is not valid, one of no change. */
export function policyFaults(
  breaking: readonly SchemaChange[],
  records: readonly RecordedChange[],
  today: string,
): string[] {
  const recorded = new Map(records.map((record) => [record.change, record]));
  const texts = new Set(breaking.map(({ text }) => text));
  return [
    ...breaking.flatMap((change) => {
      const record = recorded.get(change.text);
      if (record) return faultsOf(record, today);
      const { promisedUntil } = change;
      if (promisedUntil !== null && promisedUntil < today) return [];
      return [`${change.text} (${change.in.join(', ')}) ${adviceFor(promisedUntil)}`];
    }),
    ...records
      .filter(({ change }) => !texts.has(change))
      .map(({ change }) => `${change} There is no such change: remove its record.`),
  ];
}

const adviceFor = (promisedUntil: string | null): string =>
  promisedUntil === null
    ? 'A breaking change: keep the element, add its replacement, and deprecate it with a day of removal (docs/change-policy.md). If it cannot wait, record it in schema/releases/breaking-changes.json.'
    : `It was promised until ${promisedUntil}: keep it until then.`;

function faultsOf({ change, reason, announced, from, isSecurity }: RecordedChange, today: string): string[] {
  if (!reason?.trim() || !dayForm.test(announced) || !dayForm.test(from))
    return [`${change} Its record needs a reason, and the days announced and from as YYYY-MM-DD.`];
  const days = (Date.parse(from) - Date.parse(announced)) / dayMs;
  if (days < (isSecurity ? 0 : noticeDays))
    return [`${change} Its record gives ${days} days of notice: at least ${noticeDays} are needed.`];
  return today < from ? [`${change} It may be released from ${from} on.`] : [];
}
