// Writes: one transaction for the effect, its event and the first answer to its idempotency key.
import { createHmac, randomBytes } from 'node:crypto';
import type { Subject } from '../access/disclosures.ts';
import { constrainedField, constraintRefusal } from '../database/constraint-errors.ts';
import { type Database, isLost, type Sql } from '../database/database.ts';
import { decrypt, encrypt, keyIdOf } from '../encryption/encrypted-values.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { badInput, graphError, retryAfterMs } from '../errors.ts';
import { covers, type Viewer } from '../identity/viewer.ts';
import type { Resolver, SubgraphContext } from '../loaders.ts';
import { checkedInput } from './mutation-input.ts';

/** What a mutation answers with: a member of its result union, an entity as its row or a refusal with its message. */
export interface MutationResult {
  __typename: string;
  [field: string]: unknown;
}

/** What happened to one entity. */
export interface Change {
  entityType: string;
  entityId: string;
  divisionCode: string;
  from?: string | null;
  to?: string | null;
  /** What else there is to know of it; nothing that is protected. */
  detail?: Record<string, unknown>;
}

/** The transaction of one write. */
export interface MutationContext {
  sql: Sql;
  /** The keys of the subgraph. */
  keyring: Keyring;
  /** Who asked for it, and may do so inside their divisions only. */
  viewer: Viewer;
  /** The viewer's id. */
  caller: string;
  /** The instant at which it is read, RFC 3339: after a wait for a lock, a later one. */
  readonly now: string;
  /** Today in Asia/Shanghai. */
  today: string;
  /** Appends the event of a change; every change has one. */
  record: (change: Change) => Promise<void>;
  /** Notes what the viewer may not write, to be put on record. */
  refuse: (subject: Subject) => void;
}

export type Perform<Input> = (write: MutationContext, input: Input) => Promise<MutationResult>;

export const idempotencyHours = 24;
const maxKeyLength = 200;
/** Deadlock and serialization failure: the transaction is undone, and may be tried again. */
const transient = /^40(001|P01)$/;
const tries = 3;

/**
 * The resolver of `Mutation.<action>(input:)`. With an `idempotencyKey`, the same input of the same caller in the same districts has one
 * effect and one answer for 24 hours, and another input is refused; what throws leaves nothing, and its key unused. What
 * the viewer has to be shown for it goes on record in `showFirst`: in the transaction it would wait for another connection.
 */
export function mutation<Input extends object>(
  action: string,
  perform: Perform<Input>,
  showFirst?: (context: SubgraphContext, input: Input) => Promise<void>,
): Resolver {
  return async (_root, { input }: { input: Input & { idempotencyKey?: string | null } }, context) => {
    const { idempotencyKey, ...rest } = checkedInput(input);
    const key = idempotencyKey ?? null;
    if (key !== null && (key.length === 0 || key.length > maxKeyLength))
      throw badInput(
        'idempotencyKey',
        { zh: `1 到 ${maxKeyLength} 个字符`, en: `1 to ${maxKeyLength} characters` },
        key,
      );
    await showFirst?.(context, rest as unknown as Input);
    const run = () => transact(context, action, key, rest as unknown as Input, perform);
    const written = await tryAgain(run, rest);
    // What this request has read may be otherwise now.
    context.loaders.clear();
    context.ownedByViewer.add(written);
    return written;
  };
}

/** The server refused the connection: nothing was sent over it. */
const notBegun = /^(53300|57P03|28)/;

/** The connection may have been lost before the transaction was committed, or just after. */
const outcomeUnknown = () =>
  graphError(
    'MUTATION_OUTCOME_UNKNOWN',
    '与数据库的连接在变更执行中断开，结果未知：请以相同的 idempotencyKey 重发。 The connection to the database was lost during the mutation; its outcome is unknown: send it again with the same idempotencyKey.',
    { retryAfterMs },
  );

async function tryAgain<Value>(run: () => Promise<Value>, input: object): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const { code } = error as { code?: string };
      if (attempt < tries && typeof code === 'string' && transient.test(code)) continue;
      if (isLost(error) && !notBegun.test(String(code))) throw outcomeUnknown();
      throw constraintError(error, input);
    }
  }
}

function transact<Input>(
  { sql: database, keyring, viewer, disclosures, today }: SubgraphContext,
  action: string,
  key: string | null,
  input: Input,
  perform: Perform<Input>,
): Promise<MutationResult> {
  return inTransaction(database, async (sql) => {
    const { id: caller } = viewer;
    const refuse = (subject: Subject) => disclosures.refuse(subject, action);
    const record = async (change: Change) => {
      const { entityType: type, entityId: id, divisionCode } = change;
      checkInside({ viewer, refuse }, { type, id, divisionCode });
      await appendEvent(sql, caller, action, change);
    };
    const write: MutationContext = {
      sql,
      keyring,
      viewer,
      caller,
      get now() {
        return new Date().toISOString();
      },
      today,
      record,
      refuse,
    };
    if (key === null) return perform(write, input);
    const districts = districtsOf(viewer);
    const claim: Claim = { caller, districts, key, input: `${action}\n${districts}\n${canonical(input)}` };
    const before = await claimKey(sql, keyring, claim);
    if (before) return before;
    const written = await perform(write, input);
    await sql`
      update idempotency_key set result = ${encrypt(keyring, 'idempotency', placeOf(claim), JSON.stringify(written))}
      where caller = ${caller} and districts = ${districts} and key = ${key}`;
    return written;
  });
}

/** Refuses what lies outside of the viewer's divisions. Whatever was done is undone: every change says where it was. */
export function checkInside(
  { viewer, refuse }: Pick<MutationContext, 'viewer' | 'refuse'>,
  subject: Subject,
): void {
  const { divisionCode } = subject;
  if (covers(viewer, divisionCode)) return;
  refuse(subject);
  // The district at most: in which community a record lies is not told.
  const district = divisionCode.slice(0, 6);
  throw graphError(
    'FORBIDDEN',
    `区划 ${district} 不在您的权限范围内，未作任何更改。 ${district} is outside of your divisions; nothing was changed.`,
    { within: district },
  );
}

/**
 * A record that stands in the way of a write, as its refusal shows it: null for one outside of the viewer's divisions, of
 * which not even the district is told.
 */
export function ifInside<Row extends { id: string; divisionCode: string }>(
  { viewer, refuse }: MutationContext,
  type: string,
  row: Row,
): Row | null {
  if (covers(viewer, row.divisionCode)) return row;
  refuse({ type, id: row.id, divisionCode: row.divisionCode });
  return null;
}

/**
 * Runs a transaction. Rejects when its connection is lost: then nobody knows whether it was committed. The driver would
 * send `rollback` over that connection all the same, and the process would end with it (postgres 3.4.9, its issue 1208), so a
 * run whose connection is lost never ends; the driver has rejected the whole by then.
 */
export const inTransaction = <Value>(database: Database, run: (sql: Sql) => Promise<Value>): Promise<Value> =>
  database.begin((sql) =>
    run(sql).catch((error: unknown) =>
      isLost(error) ? new Promise<Value>(() => {}) : Promise.reject(error),
    ),
  ) as Promise<Value>;

/** The districts that the viewer works in: who moves to another one has other keys, and is told no answer of the one before. */
const districtsOf = ({ divisions }: Viewer): string =>
  [...new Set(divisions.map((code) => code.slice(0, 6)))].sort().join(' ');

/** A key of a caller in their districts, and what it is used for. */
interface Claim {
  caller: string;
  districts: string;
  key: string;
  input: string;
}

type Kept = Pick<Claim, 'caller' | 'key'>;

const placeOf = ({ caller, key }: Kept) => `idempotency_key.result/${caller}/${key}`;

/** The answer that is kept under a key. */
export const answerOf = (keyring: Keyring, kept: Kept & { result: string }): MutationResult =>
  JSON.parse(decrypt(keyring, 'idempotency', placeOf(kept), kept.result)) as MutationResult;

/** Of personal input a hash without a key could be guessed. */
const hashOf = (key: Buffer, { input }: Claim): Buffer => createHmac('sha256', key).update(input).digest();

/** Takes the key for this write, or answers what the first one answered. Waits for one that is under way. */
async function claimKey(sql: Sql, keyring: Keyring, claim: Claim): Promise<MutationResult | null> {
  const { caller, districts, key } = claim;
  const [claimed] = await sql`
    insert into idempotency_key (caller, districts, key, input_hash)
    values (${caller}, ${districts}, ${key}, ${hashOf(keyring.current('idempotency').key, claim)})
    on conflict (caller, districts, key) do update
      set input_hash = excluded.input_hash, result = null, created_at = now()
      where idempotency_key.created_at < now() - make_interval(hours => ${idempotencyHours})
    returning 1 as claimed`;
  if (claimed) return null;
  const [first] = await sql<{ inputHash: Buffer; result: string }[]>`
    select input_hash, result from idempotency_key
    where caller = ${caller} and districts = ${districts} and key = ${key}`;
  const made = first && keyring.named('idempotency', keyIdOf(first.result));
  if (!first || !made || !first.inputHash.equals(hashOf(made, claim)))
    throw graphError(
      'IDEMPOTENCY_KEY_REUSED',
      '该 idempotencyKey 已用于另一输入；请换一个。 This idempotencyKey has been used with another input; use another key.',
      { argument: 'idempotencyKey' },
    );
  return answerOf(keyring, { caller, key, result: first.result });
}

export async function appendEvent(sql: Sql, caller: string, action: string, change: Change): Promise<void> {
  const { entityType, entityId, divisionCode, from = null, to = null, detail = {} } = change;
  await sql`
    insert into change_event (caller, action, entity_type, entity_id, division_code, from_status, to_status, detail)
    values (${caller}, ${action}, ${entityType}, ${entityId}, ${divisionCode}, ${from}, ${to},
      ${JSON.stringify(detail)}::text::jsonb)`;
}

export interface KeptAnswer extends Kept {
  districts: string;
  answer: unknown;
}

/** The first answers in which one of these keys of records stands. */
export async function keptAnswersAbout(
  sql: Sql,
  keyring: Keyring,
  ids: readonly string[],
): Promise<KeptAnswer[]> {
  const found: KeptAnswer[] = [];
  const kept = sql<{ caller: string; districts: string; key: string; result: string }[]>`
    select caller, districts, key, result from idempotency_key where result is not null`;
  for await (const rows of kept.cursor(500))
    for (const { caller, districts, key, result } of rows) {
      const text = decrypt(keyring, 'idempotency', placeOf({ caller, key }), result);
      if (ids.some((id) => text.includes(id)))
        found.push({ caller, districts, key, answer: JSON.parse(text) });
    }
  return found;
}

/** Forgets those answers. Their keys stay used: what was done with them is not done again, whatever the input. */
export async function forgetAnswersAbout(
  sql: Sql,
  keyring: Keyring,
  ids: readonly string[],
): Promise<number> {
  const answers = await keptAnswersAbout(sql, keyring, ids);
  for (const { caller, districts, key } of answers) {
    const nothing = encrypt(keyring, 'idempotency', placeOf({ caller, key }), 'null');
    await sql`
      update idempotency_key set result = ${nothing}, input_hash = ${randomBytes(32)}
      where caller = ${caller} and districts = ${districts} and key = ${key}`;
  }
  return answers.length;
}

/** Forgets keys past their time; returns how many. */
export async function forgetKeys(sql: Sql): Promise<number> {
  const gone = await sql`
    delete from idempotency_key where created_at < now() - make_interval(hours => ${idempotencyHours})`;
  return gone.count;
}

/** What the database's own checks refuse is the caller's input, where no concept has said it better. */
function constraintError(error: unknown, input: object): unknown {
  const refusal = constraintRefusal(error);
  if (!refusal) return error;
  const argument = constrainedField(error, input) ?? 'input';
  const { zh, en } = refusal;
  return graphError('BAD_USER_INPUT', `${argument}：${zh}。 ${argument}: ${en}.`, { argument });
}

/** JSON with the names of each object in order. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_name, each: unknown) =>
      each && typeof each === 'object' && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ) ?? 'null'
  );
}

/** The record that a mutation is about, or an error that says which is not there. */
export function required<Row>(row: Row | null | undefined, argument: string, id: string): Row {
  if (row) return row;
  throw graphError(
    'NO_SUCH_RECORD',
    `没有标识为 ${id.slice(0, 50)} 的记录（${argument}）。 There is no record ${id.slice(0, 50)} (${argument}).`,
    { argument },
  );
}
