// Runs a mutation: one transaction for its effect, its change events and the first answer to its idempotency key.

import type { Subject } from '../access/disclosures.ts';
import { constrainedField, constraintRefusal } from '../database/constraint-errors.ts';
import { type Database, isLost, type Sql } from '../database/database.ts';
import { districtCodeOf } from '../divisions/divisions.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { graphError, retryAfterMs } from '../errors.ts';
import { covers, type Viewer } from '../identity/viewer.ts';
import type { Resolver, SubgraphContext } from '../loaders.ts';
import { appendEvent, type Change } from './change-events.ts';
import { checkIdempotencyKey, performOnce } from './idempotency.ts';
import { checkedInput } from './mutation-input.ts';

/** The answer of a mutation, a member of its result union: the row of an entity, or a refusal with its message. */
export interface MutationResult {
  __typename: string;
  [field: string]: unknown;
}

/** What the implementation of one mutation works with: its transaction, its viewer, and the change events that it appends. */
export interface MutationContext {
  sql: Sql;
  /** The keys of the subgraph. */
  keyring: Keyring;
  /** The viewer that sent the mutation. It may change records inside its divisions only. */
  viewer: Viewer;
  /** The current instant, RFC 3339. It is read anew each time: after a wait for a lock it is later. */
  readonly now: string;
  /** Today in Asia/Shanghai. */
  today: string;
  /** Appends the event of a change; every change has one. Throws `FORBIDDEN` for a record outside of the viewer's divisions. */
  record: (change: Change) => Promise<void>;
  /** Puts on the access record that the viewer was refused a change of this record. */
  recordRefusal: (subject: Subject) => void;
}

type Perform<Input> = (context: MutationContext, input: Input) => Promise<MutationResult>;

/** Deadlock and serialization failure: the transaction is rolled back and may be retried. */
const transient = /^40(001|P01)$/;
const maxAttempts = 3;

/**
 * The resolver of `Mutation.<action>(input:)`. With an `idempotencyKey`, the same input of the same viewer in the same districts has one
 * effect and one answer for 24 hours, and a different input is refused. A mutation that throws changes nothing and leaves its key unused.
 * `showFirst` reads what the viewer must be shown for the answer and puts that on the access record. It runs before the transaction,
 * which would otherwise wait for a second connection.
 */
export function mutation<Input extends object>(
  action: string,
  perform: Perform<Input>,
  showFirst?: (context: SubgraphContext, input: Input) => Promise<void>,
): Resolver {
  return async (_root, { input }: { input: Input & { idempotencyKey?: string | null } }, context) => {
    const { idempotencyKey, ...rest } = checkedInput(input);
    const key = checkIdempotencyKey(idempotencyKey ?? null);
    await showFirst?.(context, rest as unknown as Input);
    const run = () => transact(context, { action, key, input: rest as unknown as Input }, perform);
    const result = await withRetries(run, rest);
    // What this request has read before may have changed.
    context.loaders.clear();
    context.ownedByViewer.add(result);
    return result;
  };
}

/** The server refused the connection: nothing was sent over it. */
const connectionRefused = /^(53300|57P03|28)/;

/** The connection may have been lost before the transaction was committed, or just after. */
const outcomeUnknown = () =>
  graphError(
    'MUTATION_OUTCOME_UNKNOWN',
    '与数据库的连接在变更执行中断开，结果未知：请以相同的 idempotencyKey 重发。 The connection to the database was lost during the mutation; its outcome is unknown: send it again with the same idempotencyKey.',
    { retryAfterMs },
  );

async function withRetries<Value>(run: () => Promise<Value>, input: object): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const { code } = error as { code?: string };
      if (attempt < maxAttempts && typeof code === 'string' && transient.test(code)) continue;
      if (isLost(error) && !connectionRefused.test(String(code))) throw outcomeUnknown();
      throw constraintError(error, input);
    }
  }
}

/** One mutation as a client sent it. */
interface MutationRequest<Input> {
  action: string;
  /** Its idempotency key. */
  key: string | null;
  input: Input;
}

function transact<Input>(
  context: SubgraphContext,
  { action, key, input }: MutationRequest<Input>,
  perform: Perform<Input>,
): Promise<MutationResult> {
  return inTransaction(context.sql, (sql) => {
    const mutationContext = mutationContextOf(context, sql, action);
    const run = () => perform(mutationContext, input);
    return key === null ? run() : performOnce(mutationContext, { action, key, input }, run);
  });
}

function mutationContextOf(
  { keyring, viewer, disclosures, today }: SubgraphContext,
  sql: Sql,
  action: string,
): MutationContext {
  const recordRefusal = (subject: Subject) => disclosures.refuse(subject, action);
  return {
    sql,
    keyring,
    viewer,
    get now() {
      return new Date().toISOString();
    },
    today,
    record: async (change) => {
      const { entityType: type, entityId: id, divisionCode } = change;
      checkInside({ viewer, recordRefusal }, { type, id, divisionCode });
      await appendEvent(sql, viewer.id, action, change);
    },
    recordRefusal,
  };
}

/** Throws `FORBIDDEN` for a record outside of the viewer's divisions. Every change passes this check, so that what was done before is rolled back. */
export function checkInside(
  { viewer, recordRefusal }: Pick<MutationContext, 'viewer' | 'recordRefusal'>,
  subject: Subject,
): void {
  const { divisionCode } = subject;
  if (covers(viewer, divisionCode)) return;
  recordRefusal(subject);
  // No more than the district: the community that a record lies in is not disclosed.
  const district = districtCodeOf(divisionCode);
  throw graphError(
    'FORBIDDEN',
    `区划 ${district} 不在您的权限范围内，未作任何更改。 ${district} is outside of your divisions; nothing was changed.`,
    { within: district },
  );
}

/**
 * A record that prevents a mutation, as the refusal shows it. A record outside of the viewer's divisions becomes null, which
 * does not disclose even its district, and goes on the access record as refused.
 */
export function nullIfOutside<Row extends { id: string; divisionCode: string }>(
  { viewer, recordRefusal }: MutationContext,
  type: string,
  row: Row,
): Row | null {
  if (covers(viewer, row.divisionCode)) return row;
  recordRefusal({ type, id: row.id, divisionCode: row.divisionCode });
  return null;
}

/**
 * Runs a transaction. Rejects when its connection is lost: it is then unknown whether the transaction was committed. The driver would
 * send `rollback` over that connection all the same, which ends the process (postgres 3.4.9, its issue 1208). A `run` whose
 * connection is lost therefore never settles; by then the driver has rejected the transaction as a whole.
 */
export const inTransaction = <Value>(database: Database, run: (sql: Sql) => Promise<Value>): Promise<Value> =>
  database.begin((sql) =>
    run(sql).catch((error: unknown) =>
      isLost(error) ? new Promise<Value>(() => {}) : Promise.reject(error),
    ),
  ) as Promise<Value>;

/** A constraint of the database that refuses a row becomes an error of the client's input. Modules check most of them before, with a better message. */
function constraintError(error: unknown, input: object): unknown {
  const refusal = constraintRefusal(error);
  if (!refusal) return error;
  const argument = constrainedField(error, input) ?? 'input';
  const { zh, en } = refusal;
  return graphError('BAD_USER_INPUT', `${argument}：${zh}。 ${argument}: ${en}.`, { argument });
}

/** The record that an argument names; throws `NO_SUCH_RECORD` where there is none. */
export function required<Row>(row: Row | null | undefined, argument: string, id: string): Row {
  if (row) return row;
  throw graphError(
    'NO_SUCH_RECORD',
    `没有标识为 ${id.slice(0, 50)} 的记录（${argument}），请核对。 There is no record ${id.slice(0, 50)} (${argument}): check the key.`,
    { argument },
  );
}
