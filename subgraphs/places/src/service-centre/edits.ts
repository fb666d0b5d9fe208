// An edit of a record of a register: what differs is changed, and its event names the fields, never their values.
import type { Write } from '@district-graph/kit/writes';

interface Registered {
  id: string;
  divisionCode: string;
  status: string;
}

/** What is given of fields that cannot be empty: an absent one stays as it is. */
export const givenOf = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as {
    [Name in keyof Fields]?: NonNullable<Fields[Name]>;
  };

/**
 * Changes the fields that differ, and records that; `besides` names what was changed outside the row. Where nothing
 * differs the record stays at its version, and there is no event.
 */
export async function editRecord<Row extends Registered>(
  write: Write,
  entityType: string,
  before: Row,
  fields: Partial<Row>,
  change: (sql: Write['sql'], id: string, changes: Partial<Row>) => Promise<Row>,
  besides: readonly string[] = [],
): Promise<Row> {
  const differing = Object.entries(fields).filter(
    ([name, value]) => value !== undefined && !same(value, before[name as keyof Row]),
  );
  const changed = [...differing.map(([name]) => name), ...besides];
  if (changed.length === 0) return before;
  const after = await change(write.sql, before.id, Object.fromEntries(differing) as Partial<Row>);
  await write.record({
    entityType,
    entityId: after.id,
    divisionCode: after.divisionCode,
    from: before.status,
    to: after.status,
    detail: { changed },
  });
  return after;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
