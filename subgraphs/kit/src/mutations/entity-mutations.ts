// The writes of one entity: its rows held, registered, changed, each with its event, and answered as a mutation answers.
import type { Sql } from '../database/database.ts';
import { newId } from '../database/ids.ts';
import type { EncryptedTable, Plain } from '../encryption/encrypted-columns.ts';
import { changeRecord, insertRecord, lockRecord } from './records.ts';
import { refusedTransition, staleVersion, type Transitions } from './transitions.ts';
import { checkInside, type MutationContext, type MutationResult, required } from './writes.ts';

/** The fields of an edit: what is absent or null stays as it is. */
export type Edits<Fields> = { [Name in keyof Fields]?: Fields[Name] | null };

/** What is given of fields that cannot be empty. */
export const presentFields = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as {
    [Name in keyof Fields]?: NonNullable<Fields[Name]>;
  };

interface Registered {
  id: string;
  divisionCode: string;
  version?: number;
}

type StatusOf<Row> = Row extends { status: infer Status extends string } ? Status : never;

type Detail = Record<string, unknown>;

type Options<Row, Status extends string> = {
  table: string;
  /** Its sealed columns: what is given of them is plain, what a row has of them is sealed. */
  encrypted?: EncryptedTable<Row & object>;
  /** Columns that are shown masked, besides those sealed: given in an edit they count as changed, for the same is not told. */
  masked?: readonly (keyof Row & string)[];
  /** Its status as an event tells it: that of its column, where it says nothing else. */
  statusOf?: (row: Row) => string;
  /** What each of its events tells. */
  detailOf?: (row: Row) => Detail;
  /** How it is held and changed, where a row is more than that of its table. */
  lock?: (sql: Sql, id: string) => Promise<Row | null>;
  change?: (sql: Sql, id: string, changes: Partial<Row>) => Promise<Row>;
} & ([Status] extends [never] ? { transitions?: never } : { transitions: Transitions<Status> });

/** The writes of an entity whose GraphQL type is `type`, or goes by the row. What has no status has no transitions. */
export function entityMutations<Row extends Registered, Status extends string = StatusOf<Row>>(
  type: string | ((row: Row) => string),
  options: Options<Row, Status>,
) {
  const { table, encrypted: sealed, masked = [], transitions, detailOf } = options;
  const typeOf = typeof type === 'string' ? () => type : type;
  const statusOf = options.statusOf ?? ((row: Row) => (row as { status?: string }).status ?? null);
  const lock = options.lock ?? ((sql, id) => lockRecord<Row>(sql, table, id));
  const change = options.change ?? ((sql, id, changes) => changeRecord<Row>(sql, table, id, changes));

  /** The row as a member of a result union. */
  const written = (row: Row) => ({ ...row, __typename: typeOf(row) }) as Row & MutationResult;

  async function told(write: MutationContext, before: Row | null, after: Row, detail: Detail) {
    await write.record({
      entityType: typeOf(after),
      entityId: after.id,
      divisionCode: after.divisionCode,
      from: before && statusOf(before),
      to: statusOf(after),
      detail: { ...detailOf?.(after), ...detail },
    });
    return written(after);
  }

  /** The row that an argument names, held until the write ends, wherever it lies: it is not what is changed. */
  const lockUnscoped = async (write: MutationContext, argument: string, id: string): Promise<Row> =>
    required(await lock(write.sql, id), argument, id);

  /** The row that an argument names, held until the write ends. Of one outside of the viewer's divisions nothing is told. */
  async function lockForUpdate(write: MutationContext, argument: string, id: string): Promise<Row> {
    const row = await lockUnscoped(write, argument, id);
    checkInside(write, { type: typeOf(row), id, divisionCode: row.divisionCode });
    return row;
  }

  /** That row, and the refusal if it may not become `to` or, of an edit, is at another version than was seen. */
  async function checkTransition(
    write: MutationContext,
    argument: string,
    id: string,
    to: Status,
    seen?: number,
  ) {
    const row = await lockForUpdate(write, argument, id);
    const refusal = refusedTransition(transitions as Transitions<Status>, statusOf(row) as Status, to);
    if (refusal || seen === undefined) return { row, refusal };
    return { row, refusal: staleVersion(row.version as number, seen) };
  }

  /** Tells of a row that the store has inserted. */
  const registered = (write: MutationContext, row: Row, detail: Detail = {}) =>
    told(write, null, row, detail);

  /** Inserts a row of a division under a new key. */
  async function register(
    write: MutationContext,
    row: Omit<Partial<Plain<Row>>, 'id'> & { divisionCode: string },
    detail: Detail = {},
  ) {
    const columns = { ...row, id: newId(row.divisionCode) } as unknown as Partial<Plain<Row>>;
    return registered(write, await insertRecord<Row>(write.sql, table, asKept(write, columns)), detail);
  }

  const asKept = ({ keyring }: MutationContext, columns: Partial<Plain<Row>>): Partial<Row> =>
    sealed ? sealed.encrypt(keyring, columns) : (columns as Partial<Row>);

  /** Changes a row that is held. Whether its status may become that is checked before. */
  async function transition(
    write: MutationContext,
    before: Row,
    changes: Partial<Plain<Row>>,
    detail: Detail = {},
  ) {
    const { id, ...kept } = asKept(write, { ...changes, id: before.id } as Partial<Plain<Row>>);
    return told(write, before, await change(write.sql, before.id, kept as Partial<Row>), detail);
  }

  /**
   * Changes what differs of a row that is held; the event names the fields, never their values. `besides` names what was
   * changed outside the row. Where nothing differs the row stays at its version, and there is no event; what is masked
   * counts as changed, or its version would say that it is what was given.
   */
  async function edit(
    write: MutationContext,
    before: Row,
    changes: Partial<Plain<Row>>,
    besides: readonly string[] = [],
  ) {
    const isMasked = (name: string) =>
      (masked as readonly string[]).includes(name) || (sealed && Object.hasOwn(sealed.columns, name));
    const differing = Object.entries(changes).filter(
      ([name, value]) =>
        value !== undefined &&
        (isMasked(name) || JSON.stringify(value) !== JSON.stringify(before[name as keyof Row])),
    );
    const changed = [...differing.map(([name]) => name), ...besides];
    if (changed.length === 0) return written(before);
    return transition(write, before, Object.fromEntries(differing) as Partial<Plain<Row>>, { changed });
  }

  return { written, lockForUpdate, lockUnscoped, checkTransition, registered, register, transition, edit };
}
