// Mutations of the mock: the record as it would be afterwards, or the refusal that the client asks for.

import { cityCode } from '@district-graph/kit/divisions/divisions';
import { graphError } from '@district-graph/kit/errors';
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isObjectType,
} from 'graphql';
import { partsOf } from './entity-ids.ts';
import { communitiesIn } from './mock-divisions.ts';
import { type MockObject, type ObjectValues, screaming } from './mock-object.ts';

type Input = Record<string, unknown> & { idempotencyKey?: string | null };

export interface MockMutationsOptions {
  values: ObjectValues;
  /** What mutations have changed, by id. */
  changed: Map<string, Record<string, unknown>>;
  /** Reports a record that was changed to subscribers. */
  onChanged: (record: MockObject, isOfStatus: boolean) => void;
}

/** What `x-mock: refuse` and an `idempotencyKey` that begins with it ask for: any refusal, or the named one. */
const refusing = /^refuse(?:[=:](\w+))?/;

/** The statuses that mutations lead to, where their verb is not the status itself: `StartCareVisit` to `IN_PROGRESS`. */
const statusOfVerb: readonly (readonly [verb: RegExp, statuses: readonly string[]])[] = [
  [/^START/, ['IN_PROGRESS', 'STARTED', 'RUNNING']],
  [/^CHECK_IN/, ['CHECKED_IN']],
  [/^MARK_NO_SHOW/, ['NO_SHOW']],
  [/^HAND_OVER/, ['HANDED_OVER']],
  [/^RECORD_.*_HELD/, ['HELD']],
];

export class MockMutations {
  #options: MockMutationsOptions;
  /** What was answered under each idempotency key. */
  #answered = new Map<string, { input: string; result: unknown }>();
  #count = 0;

  constructor(options: MockMutationsOptions) {
    this.#options = options;
  }

  run(
    field: GraphQLField<unknown, unknown>,
    { input = {} }: { input?: Input },
    asked: string | null,
  ): unknown {
    const { idempotencyKey, ...rest } = input;
    const refusal = refusing.exec(idempotencyKey ?? '') ?? refusing.exec(asked ?? '');
    if (refusal) return this.#refusal(field, refusal[1]);
    const key = idempotencyKey ? `${field.name} ${idempotencyKey}` : null;
    const text = JSON.stringify(rest);
    const before = key === null ? undefined : this.#answered.get(key);
    if (before && before.input !== text)
      throw graphError(
        'IDEMPOTENCY_KEY_REUSED',
        'idempotencyKey 已用于另一输入。 This idempotencyKey was used with other input.',
      );
    const result = before?.result ?? this.#apply(field, rest);
    if (key !== null) this.#answered.set(key, { input: text, result });
    return result;
  }

  #refusal(field: GraphQLField<unknown, unknown>, name: string | undefined): MockObject {
    const refusals = membersOf(this.#options.values, field)
      .filter(isRefusal)
      .map((type) => type.name);
    const found = name === undefined ? refusals[0] : refusals.find((each) => each === name);
    if (found === undefined)
      throw graphError(
        'BAD_USER_INPUT',
        `${field.name} 没有此拒绝；有 ${refusals.join('、') || '无'}。 ${field.name} has no such refusal; it has ${refusals.join(', ') || 'none'}.`,
      );
    return { __typename: found, ' seed': `${field.name} ${found}` };
  }

  #apply(field: GraphQLField<unknown, unknown>, input: Input): MockObject {
    const { values, changed, onChanged } = this.#options;
    const type = membersOf(values, field).find((each) => !isRefusal(each));
    if (!type) throw new Error(`${field.name} returns no record`);
    if (!type.getFields().id)
      return { __typename: type.name, ' seed': `${field.name} ${JSON.stringify(input)}` };
    const found = idIn(input, type, field.name);
    this.#count += 1;
    const record: MockObject = found
      ? { __typename: type.name, id: found }
      : values.entityIn(
          type,
          communityIn(input),
          `${field.name} ${this.#count}`,
          dateIn(input) ?? new Date(),
        );
    const id = record.id as string;
    const status = statusAfter(field.name, type, input, found === null);
    const earlier = changed.get(id);
    changed.set(id, {
      ...earlier,
      ...fieldsIn(input, type),
      ...(status === null ? {} : { status }),
      ...(type.getFields().version ? { version: Number(earlier?.version ?? 0) + 1 } : {}),
    });
    onChanged(record, status !== null && found !== null);
    return record;
  }
}

/** The object types that the result may be. */
function membersOf({ schema }: ObjectValues, { type }: GraphQLField<unknown, unknown>): GraphQLObjectType[] {
  const named = getNamedType(type);
  if (isAbstractType(named)) return [...schema.getPossibleTypes(named)];
  return isObjectType(named) ? [named] : [];
}

const isRefusal = (type: GraphQLObjectType): boolean =>
  type.getInterfaces().some(({ name }) => name === 'Refusal');

/** The id of the record that the input names: `visitId` of a `CareVisit`, or `id`. */
function idIn(input: Input, type: GraphQLObjectType, mutation: string): string | null {
  // What a mutation creates has no id yet: other ids in its input are of what it refers to.
  if (
    /^(register|request|book|schedule|raise|report|record|propose|submit|receive|issue|plan|signUp|dispatch|grant|open|start(Cleaning|$)|send)/.test(
      mutation,
    ) &&
    !/Fault|Held|Reply|Attendance/.test(mutation)
  )
    return null;
  for (const [name, value] of Object.entries(input)) {
    const stem = /^(\w*)Id$|^(id)$/.exec(name)?.[1];
    if (
      typeof value === 'string' &&
      partsOf(value) &&
      (name === 'id' || (stem && type.name.toLowerCase().endsWith(stem.toLowerCase())))
    )
      return value;
  }
  return null;
}

function communityIn(input: Input): string {
  for (const value of Object.values(input)) {
    if (typeof value !== 'string') continue;
    const [community] = /^\d{6,12}$/.test(value) ? communitiesIn(value) : [partsOf(value)?.communityCode];
    if (community) return community;
  }
  return communitiesIn(cityCode)[0] ?? cityCode;
}

const dateIn = (input: Input): Date | null => {
  const value = input.scheduledAt ?? input.startsAt;
  return value instanceof Date || typeof value === 'string' ? new Date(value) : null;
};

/** What of the input are fields of the record. */
function fieldsIn(input: Input, type: GraphQLObjectType): Record<string, unknown> {
  const fields = type.getFields();
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => {
      const named: GraphQLNamedType | undefined = fields[name] && getNamedType(fields[name].type);
      return named && name !== 'version' && !isObjectType(named) && !isAbstractType(named) && value !== null;
    }),
  );
}

/** The status after the mutation; null where it does not change it. */
function statusAfter(mutation: string, type: GraphQLObjectType, input: Input, isNew: boolean): string | null {
  const statuses = getNamedType(type.getFields().status?.type);
  if (!isEnumType(statuses)) return null;
  const names = statuses.getValues().map(({ name }) => name);
  if (typeof input.to === 'string' && names.includes(input.to)) return input.to;
  const verb = screaming(mutation);
  const listed = statusOfVerb
    .find(([pattern]) => pattern.test(verb))?.[1]
    .find((each) => names.includes(each));
  if (listed) return listed;
  // `cancelBooking` to CANCELLED, `completeVisit` to COMPLETED.
  const stem = (verb.split('_')[0] ?? '').replace(/E$/, '');
  const past = names.find((name) => name.startsWith(stem));
  return past ?? (isNew ? (names[0] ?? null) : null);
}
