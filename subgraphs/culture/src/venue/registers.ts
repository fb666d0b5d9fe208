// What the registers of this room do alike: hold a row for its next state, edit it, change its state, with an event.
import { refusedTransition, staleVersion, type Transitions } from '@district-graph/kit/transitions';
import type { Write, Written } from '@district-graph/kit/writes';

interface Registered {
  id: string;
  divisionCode: string;
  status: string;
  version: number;
}

type Change<Row> = (sql: Write['sql'], id: string, changes: Partial<Row>) => Promise<Row>;

/** What is given of fields that cannot be empty: an absent one stays as it is. */
export const givenOf = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as {
    [Name in keyof Fields]?: NonNullable<Fields[Name]>;
  };

/** The refusal of an edit of a row that is held: it cannot be in the state that has edits, or was edited since; or null. */
export const refusedEdit = <Status extends string>(
  transitions: Transitions<Status>,
  { status, version: current }: { status: Status; version: number },
  editable: Status,
  seen: number,
): Written | null => refusedTransition(transitions, status, editable) ?? staleVersion(current, seen);

export const recordRegistered = (write: Write, entityType: string, row: Registered): Promise<void> =>
  write.record({ entityType, entityId: row.id, divisionCode: row.divisionCode, to: row.status });

/** Changes what differs, with an event that names the fields. Where nothing differs there is neither. */
export async function changeRegistered<Row extends Registered>(
  write: Write,
  entityType: string,
  before: Row,
  changes: Partial<Row>,
  change: Change<Row>,
): Promise<Row> {
  const differing = Object.entries(changes).filter(
    ([name, value]) => value !== undefined && value !== before[name as keyof Row],
  );
  if (differing.length === 0) return before;
  const after = await change(write.sql, before.id, Object.fromEntries(differing) as Partial<Row>);
  await write.record({
    entityType,
    entityId: after.id,
    divisionCode: after.divisionCode,
    from: before.status,
    to: after.status,
    detail: { changed: differing.map(([name]) => name) },
  });
  return after;
}
