// The mutations of the rows of one entity: lock, register, change and edit them, each change with its event and its answer.
import type { Sql } from '../database/database.ts';
import { newId } from '../database/ids.ts';
import type { EncryptedTable, Plain } from '../encryption/encrypted-columns.ts';
import { checkInside, type MutationContext, type MutationResult, required } from './mutation.ts';
import { changeRecord, insertRecord, lockRecord } from './rows.ts';
import { refusedTransition, staleVersion, type Transitions } from './transitions.ts';

/** The fields of an edit: a field that is absent or null stays unchanged. */
export type Edits<Fields> = { [Name in keyof Fields]?: Fields[Name] | null };

/** The fields that are neither absent nor null, for fields that cannot be empty. */
export const presentFields = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as {
    [Name in keyof Fields]?: NonNullable<Fields[Name]>;
  };

/** The columns that every entity has which mutations write. */
export interface EntityRow {
  id: string;
  divisionCode: string;
  version?: number;
}

type StatusOf<Row> = Row extends { status: infer Status extends string } ? Status : never;

type Detail = Record<string, unknown>;

type Options<Row, Status extends string> = {
  table: string;
  /** Its encrypted columns: the columns of a change are plain, those of a row are encrypted. */
  encrypted?: EncryptedTable<Row & object>;
  /** Columns that are shown masked, besides the encrypted ones. An edit that names one always counts as a change, so that it does not disclose the value. */
  masked?: readonly (keyof Row & string)[];
  /** The status that events show; that of its `status` column by default. */
  statusOf?: (row: Row) => string;
  /** The detail of each of its events. */
  detailOf?: (row: Row) => Detail;
  /** How its row is locked and changed, where it spans more than its table. */
  lock?: (sql: Sql, id: string) => Promise<Row | null>;
  change?: (sql: Sql, id: string, changes: Partial<Row>) => Promise<Row>;
} & ([Status] extends [never] ? { transitions?: never } : { transitions: Transitions<Status> });

/** What a row must be for an edit. */
export interface Editable<Row, Status extends string> {
  /** The status that an edit leads to, which must be reachable from that of the row. */
  status?: Status;
  /** The refusal of a row that takes no edits, where `status` does not say it. */
  refusal?: (row: Row) => MutationResult | null;
}

/** A locked row, and the refusal of what is to be done with it. */
interface Checked<Row> {
  row: Row;
  refusal: MutationResult | null;
}

/** The mutations of an entity, whose GraphQL type is `type` or depends on the row. An entity without a status has no transitions. */
export const entityMutations = <Row extends EntityRow, Status extends string = StatusOf<Row>>(
  type: string | ((row: Row) => string),
  options: Options<Row, Status>,
) => new EntityMutations<Row, Status>(type, options);

export class EntityMutations<Row extends EntityRow, Status extends string = StatusOf<Row>> {
  readonly #options: Options<Row, Status>;
  readonly #typeOf: (row: Row) => string;
  readonly #statusOf: (row: Row) => string | null;

  constructor(type: string | ((row: Row) => string), options: Options<Row, Status>) {
    this.#options = options;
    this.#typeOf = typeof type === 'string' ? () => type : type;
    this.#statusOf = options.statusOf ?? ((row) => (row as { status?: string }).status ?? null);
  }

  /** The row as a member of a result union. */
  resultOf(row: Row): Row & MutationResult {
    return { ...row, __typename: this.#typeOf(row) } as Row & MutationResult;
  }

  /** Locks the row that an argument names until the mutation ends, in whichever division it lies. For rows that the mutation refers to, and does not change. */
  async lockUnscoped({ sql }: MutationContext, argument: string, id: string): Promise<Row> {
    const { table, lock } = this.#options;
    return required(await (lock ? lock(sql, id) : lockRecord<Row>(sql, table, id)), argument, id);
  }

  /** Locks the row that an argument names until the mutation ends. Throws `FORBIDDEN` for a row outside of the viewer's divisions, and discloses nothing of it. */
  async lockForUpdate(context: MutationContext, argument: string, id: string): Promise<Row> {
    const row = await this.lockUnscoped(context, argument, id);
    checkInside(context, { type: this.#typeOf(row), id, divisionCode: row.divisionCode });
    return row;
  }

  /** Locks that row; the refusal says why its status cannot become `to`. */
  async checkTransition(
    context: MutationContext,
    argument: string,
    id: string,
    to: Status,
  ): Promise<Checked<Row>> {
    const row = await this.lockForUpdate(context, argument, id);
    return { row, refusal: this.#refusedStatus(row, to) };
  }

  /** Locks that row; the refusal says why it takes no edits, or that it is no longer at the version that the client has read. */
  async checkEdit(
    context: MutationContext,
    argument: string,
    id: string,
    { version, status, refusal }: Editable<Row, Status> & { version: number },
  ): Promise<Checked<Row>> {
    const row = await this.lockForUpdate(context, argument, id);
    const refused = (status && this.#refusedStatus(row, status)) ?? refusal?.(row);
    return { row, refusal: refused ?? staleVersion(row.version as number, version) };
  }

  #refusedStatus(row: Row, to: Status): MutationResult | null {
    const transitions = this.#options.transitions as Transitions<Status>;
    return refusedTransition(transitions, this.#statusOf(row) as Status, to);
  }

  /** Appends the event of a row that the store has inserted, and answers it. */
  registered(context: MutationContext, row: Row, detail: Detail = {}): Promise<Row & MutationResult> {
    return this.#recordChange(context, { before: null, after: row, detail });
  }

  /** Inserts a row of a division under a new id. */
  async register(
    context: MutationContext,
    row: Omit<Partial<Plain<Row>>, 'id'> & { divisionCode: string },
    detail: Detail = {},
  ): Promise<Row & MutationResult> {
    const columns = { ...row, id: newId(row.divisionCode) } as unknown as Partial<Plain<Row>>;
    const { table } = this.#options;
    const inserted = await insertRecord<Row>(context.sql, table, this.#encrypted(context, columns));
    return this.registered(context, inserted, detail);
  }

  /** Changes a locked row. Its change of status has been checked before. */
  async transition(
    context: MutationContext,
    before: Row,
    changes: Partial<Plain<Row>>,
    detail: Detail = {},
  ): Promise<Row & MutationResult> {
    const { table, change } = this.#options;
    // The id is part of what a column is encrypted for.
    const withId = { ...changes, id: before.id } as Partial<Plain<Row>>;
    const { id, ...encrypted } = this.#encrypted(context, withId);
    const columns = encrypted as Partial<Row>;
    const after = change
      ? await change(context.sql, before.id, columns)
      : await changeRecord<Row>(context.sql, table, before.id, columns);
    return this.#recordChange(context, { before, after, detail });
  }

  /**
   * Changes the columns of a locked row that differ; the event names the fields, never their values. `alsoChanged` names what was
   * changed outside of the row. If nothing differs, the row stays at its version and there is no event. A masked column
   * counts as different: an unchanged version would disclose that it has the value of the edit.
   */
  async edit(
    context: MutationContext,
    before: Row,
    changes: Partial<Plain<Row>>,
    alsoChanged: readonly string[] = [],
  ): Promise<Row & MutationResult> {
    const differing = Object.entries(changes).filter(
      ([name, value]) => value !== undefined && this.#differs(name, value, before),
    );
    const changed = [...differing.map(([name]) => name), ...alsoChanged];
    if (changed.length === 0) return this.resultOf(before);
    return this.transition(context, before, Object.fromEntries(differing) as Partial<Plain<Row>>, {
      changed,
    });
  }

  #differs(name: string, value: unknown, before: Row): boolean {
    const { encrypted, masked = [] } = this.#options;
    if ((masked as readonly string[]).includes(name)) return true;
    if (encrypted && Object.hasOwn(encrypted.columns, name)) return true;
    return JSON.stringify(value) !== JSON.stringify(before[name as keyof Row]);
  }

  #encrypted({ keyring }: MutationContext, columns: Partial<Plain<Row>>): Partial<Row> {
    const { encrypted } = this.#options;
    return encrypted ? encrypted.encrypt(keyring, columns) : (columns as Partial<Row>);
  }

  async #recordChange(
    context: MutationContext,
    { before, after, detail }: { before: Row | null; after: Row; detail: Detail },
  ): Promise<Row & MutationResult> {
    await context.record({
      entityType: this.#typeOf(after),
      entityId: after.id,
      divisionCode: after.divisionCode,
      from: before && this.#statusOf(before),
      to: this.#statusOf(after),
      detail: { ...this.#options.detailOf?.(after), ...detail },
    });
    return this.resultOf(after);
  }
}
