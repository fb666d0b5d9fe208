// Connections of the mock: pages over lists that stay the same, filtered and sorted by the fields of their entities.
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import { badInput, graphError } from '@district-graph/kit/errors';
import { type GraphQLObjectType, getNamedType, isEnumType } from 'graphql';
import { childCodes, communitiesIn, divisionCodes } from './mock-divisions.ts';
import type { FieldArguments, MockObject, ObjectValues } from './mock-object.ts';

const maxPage = 100;
/** Of longer lists, the first ones are sorted, filtered and counted. */
const maxListed = 2000;
const dayMs = 86_400_000;

export function connectionOf(
  values: ObjectValues,
  source: MockObject | undefined,
  field: string,
  connection: GraphQLObjectType,
  args: FieldArguments,
): MockObject {
  const { first, after, ...filter } = args;
  const size = first ?? 20;
  if (size < 0 || size > maxPage)
    throw badInput('first', { zh: '0 到 100 的整数', en: 'an integer from 0 to 100' }, size);
  const nodes = nodesOf(values, source, field, connection, filter);
  const list = `${values.seedOf(source)}.${field}(${JSON.stringify(filter)})`;
  const start = after == null ? 0 : placeOf(after, list) + 1;
  const edges = nodes.slice(start, start + size).map((node, nth) => ({
    __typename: connection.name.replace(/Connection$/, 'Edge'),
    cursor: cursorOf(list, start + nth),
    node,
  }));
  return {
    __typename: connection.name,
    nodes: edges.map(({ node }) => node),
    edges,
    totalCount: nodes.length,
    pageInfo: {
      __typename: 'PageInfo',
      hasNextPage: start + size < nodes.length,
      hasPreviousPage: start > 0,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function nodesOf(
  values: ObjectValues,
  source: MockObject | undefined,
  field: string,
  connection: GraphQLObjectType,
  filter: FieldArguments,
): (MockObject | null)[] {
  const type = getNamedType(connection.getFields().nodes?.type);
  if (!type) return [];
  if (type.name === 'Division')
    return (field === 'children' ? childCodes(source?.code ?? '') : divisionCodes(filter as never)).map(
      (code) => values.division(code),
    );
  const within = filter.within == null ? values.divisionOf(source) : checkDivisionCode(filter.within);
  const found: MockObject[] = [];
  for (const community of communitiesIn(within)) {
    const count = source?.id === undefined ? 3 : values.random(values.seedOf(source), field).whole(1, 6);
    for (let nth = 0; nth < count && found.length < maxListed; nth += 1) {
      const seed = `${source?.id === undefined ? community : values.seedOf(source)} ${field} ${nth}`;
      found.push(values.entityIn(type, community, seed, timeOf(values, seed, field, filter)));
    }
  }
  return sorted(
    values,
    found.filter((node) => matches(values, node, filter)),
    filter.orderBy,
  );
}

/** A time of day within the period, or else near today: plans are ahead, records behind. */
function timeOf(values: ObjectValues, seed: string, field: string, { period }: FieldArguments): Date {
  const random = values.random(seed, 'time');
  const from = period ? Date.parse(period.from) : values.today.getTime() - 30 * dayMs;
  const to = period
    ? Date.parse(period.to)
    : values.today.getTime() + (/sessions|services/i.test(field) ? 7 : -1) * dayMs;
  const days = Math.max(0, Math.round((to - from) / dayMs));
  // From nine to eighteen o'clock in Zhengzhou.
  return new Date(
    Math.round(from / dayMs) * dayMs + random.whole(0, days) * dayMs + random.whole(4, 40) * 900_000,
  );
}

/** Whether the entity has the values of the arguments that are named as its fields. */
function matches(values: ObjectValues, node: MockObject, filter: FieldArguments): boolean {
  const type = values.schema.getType(node.__typename) as GraphQLObjectType;
  const fields = type.getFields();
  const isWanted = Object.entries(filter).every(([name, wanted]) => {
    const field = fields[name];
    if (!field || wanted == null || field.args.length) return true;
    const named = getNamedType(field.type);
    return !(isEnumType(named) || named.name === 'Int') || values.value(node, field, {}) === wanted;
  });
  if (!isWanted || filter.open !== true || !fields.status) return isWanted;
  return !/^(CLOSED|FALSE_ALARM|CANCELLED|RESOLVED)$/.test(String(values.value(node, fields.status, {})));
}

function sorted(values: ObjectValues, nodes: MockObject[], orderBy: string | null | undefined): MockObject[] {
  const [, word = '', direction] = /^(\w+)_(ASC|DESC)$/.exec(orderBy ?? '') ?? [];
  // Ids begin with the time.
  if (word === '') return nodes.sort((one, other) => ((one.id ?? '') < (other.id ?? '') ? -1 : 1));
  const name = word.toLowerCase().replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
  const keyOf = (node: MockObject): number => {
    const field = (values.schema.getType(node.__typename) as GraphQLObjectType).getFields()[name];
    return field ? Number(values.value(node, field, {})) : 0;
  };
  const keyed = nodes.map((node) => ({ node, key: keyOf(node) }));
  keyed.sort((one, other) => (direction === 'ASC' ? one.key - other.key : other.key - one.key));
  return keyed.map(({ node }) => node);
}

const cursorOf = (list: string, place: number): string =>
  Buffer.from(JSON.stringify([place, list])).toString('base64url');

function placeOf(cursor: string, list: string): number {
  try {
    const [place, of] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (of === list && Number.isInteger(place)) return place;
  } catch {
    // Refused below, like the cursor of another list.
  }
  throw graphError('BAD_CURSOR', '游标不属于此列表。 The cursor does not belong to this list.', {
    argument: 'after',
  });
}
