// The mutations that most records have in common: they register a record, edit it at the version that was read, or close it.
import type { Plain } from '../encryption/encrypted-columns.ts';
import type { Resolver, SubgraphContext } from '../loaders.ts';
import { checkNotAfterToday, checkNotBefore } from './checks.ts';
import { type Editable, type EntityMutations, type EntityRow, presentFields } from './entity-mutations.ts';
import { type MutationContext, type MutationResult, mutation } from './mutation.ts';

type Columns<Row> = Partial<Plain<Row>>;

/** The refusal of a change that a locked row does not allow, or null. */
type RowCheck<Row, Change> = (
  context: MutationContext,
  row: Row,
  change: Change,
) => MutationResult | null | Promise<MutationResult | null>;

/** `Mutation.register<Entity>(input:)`: inserts a record of the division `divisionCode`. `columnsOf` checks the other fields. */
export const registerMutation = <Row extends EntityRow, Status extends string, Fields extends object>(
  action: string,
  entity: EntityMutations<Row, Status>,
  columnsOf: (fields: Fields, today: string) => Omit<Columns<Row>, 'id'>,
): Resolver =>
  mutation<Record<string, unknown> & { divisionCode: string }>(
    action,
    (context, { divisionCode, ...fields }) =>
      entity.register(context, { ...columnsOf(fields as Fields, context.today), divisionCode }),
  );

interface UpdateOptions<Row, Status extends string, Fields extends object> extends Editable<Row, Status> {
  /** The argument that names the record. */
  argument: string;
  /** Checks the fields that are neither absent nor null, and makes columns of them. */
  columnsOf: (fields: Fields, row: Row, today: string) => Columns<Row>;
  /** Checks that the locked row allows these columns. */
  check?: RowCheck<Row, Columns<Row>>;
  /** What the viewer must be shown for the answer, as in `mutation`. */
  showFirst?: (context: SubgraphContext, input: Record<string, unknown>) => Promise<void>;
}

/**
 * `Mutation.update<Entity>(input:)`: edits a record if it still is at the `version` of the input. Absent and null fields stay
 * unchanged: a record of which null empties a field has a mutation of its own.
 */
export const updateMutation = <Row extends EntityRow, Status extends string, Fields extends object>(
  action: string,
  entity: EntityMutations<Row, Status>,
  {
    argument,
    status,
    refusal: refusalOf,
    columnsOf,
    check,
    showFirst,
  }: UpdateOptions<NoInfer<Row>, NoInfer<Status>, Fields>,
): Resolver =>
  mutation<Record<string, unknown> & { version: number }>(
    action,
    async (context, input) => {
      const { [argument]: id, version, ...edits } = input;
      const editable = { version, status, refusal: refusalOf };
      const { row, refusal } = await entity.checkEdit(context, argument, id as string, editable);
      if (refusal) return refusal;
      const columns = columnsOf(presentFields(edits) as Fields, row, context.today);
      return (await check?.(context, row, columns)) ?? entity.edit(context, row, columns);
    },
    showFirst,
  );

interface CloseOptions<Row, Status extends string> {
  /** The argument that names the record. */
  argument: string;
  /** The final status. */
  to: Status;
  /** The columns that say so, by the day of the closing. */
  columnsOf: (closedOn: string) => Columns<Row>;
  /** Checks that the locked row can be closed. */
  check?: RowCheck<Row, undefined>;
  /** The first day on which the record can have been closed. */
  openedOn?: (row: Row) => string;
}

/** `Mutation.close<Entity>(input:)`: closes a record on the day `closedOn` of the input, which is today by default. */
export const closeMutation = <Row extends EntityRow, Status extends string>(
  action: string,
  entity: EntityMutations<Row, Status>,
  { argument, to, columnsOf, check, openedOn }: CloseOptions<NoInfer<Row>, NoInfer<Status>>,
): Resolver =>
  mutation<Record<string, unknown> & { closedOn?: string | null }>(action, async (context, input) => {
    const { [argument]: id, closedOn } = input;
    const day = checkNotAfterToday('closedOn', closedOn ?? context.today, context.today);
    // Locked: a change that refers to the record either comes before, or finds it closed.
    const { row, refusal } = await entity.checkTransition(context, argument, id as string, to);
    const refused = refusal ?? (await check?.(context, row, undefined));
    if (refused) return refused;
    if (openedOn) checkNotBefore('closedOn', day, openedOn(row));
    return entity.transition(context, row, columnsOf(day));
  });
