// Checks of Apollo Federation: the SDL that the subgraph gives, and how it looks up entities by their representations.
import { composeSupergraph } from '@district-graph/schema/compose';
import { foreignFaults } from '@district-graph/schema/foreign-sdl';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { ownSdls } from '../../compose.ts';
import { type Check, type CheckContext, failed, notApplicable, type Outcome, passed } from '../check.ts';
import type { Representation } from '../examples.ts';
import type { Reply } from '../subgraph-client.ts';
import { type EntityType, namedType } from '../subgraph-schema.ts';
import { summaryOf } from './http.ts';

const manyKeys = 200;
/** A text that is the key of nothing. */
const unknownKey = 'no-entity-has-this-key';

/** Entities of one type whose representations are known to exist. */
interface KnownEntities {
  type: EntityType;
  known: readonly Representation[];
}

const request = async (
  { client }: CheckContext,
  { type }: KnownEntities,
  representations: readonly unknown[],
) => {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on ${type.name} { ${type.keyFields.join(' ')} } } }`;
  return client.query(query, { representations });
};

const entitiesOf = ({ json }: Reply): (Record<string, unknown> | null)[] | null =>
  Array.isArray(json?.data?._entities) ? json.data._entities : null;

const isSame = (
  entity: Record<string, unknown> | null | undefined,
  wanted: Representation,
  { keyFields }: EntityType,
) => Boolean(entity) && keyFields.every((field) => String(entity?.[field]) === String(wanted[field]));

const unknownOf = ({ name, keyFields }: EntityType): Representation => ({
  __typename: name,
  ...Object.fromEntries(keyFields.map((field) => [field, unknownKey])),
});

/** Entities by type: those of the examples, or those that lists without required arguments return. */
async function knownEntities(context: CheckContext): Promise<KnownEntities[]> {
  const { schema, examples } = context;
  const found: KnownEntities[] = [];
  for (const type of schema?.entities ?? []) {
    const named = examples.entities.filter(({ __typename }) => __typename === type.name) as Representation[];
    const keyFields = named[0]
      ? Object.keys(named[0]).filter((field) => field !== '__typename')
      : type.keyFields;
    if (keyFields.length === 0) continue;
    const withKey = { ...type, keyFields };
    const known = named.length ? named : await listed(context, withKey);
    if (known.length) found.push({ type: withKey, known });
  }
  return found;
}

/** The first entities that a root field returns, itself or in the nodes of a connection. */
async function listed({ client, schema }: CheckContext, type: EntityType): Promise<Representation[]> {
  const keys = type.keyFields.join(' ');
  for (const field of schema?.openFields ?? []) {
    const returned = namedType(field.type);
    const isConnection = schema
      ?.fieldsOf(returned)
      .some(({ name, type: each }) => name.value === 'nodes' && namedType(each) === type.name);
    if (returned !== type.name && !isConnection) continue;
    const selection = isConnection ? `{ nodes { ${keys} } }` : `{ ${keys} }`;
    const { json } = await client.query(`{ list: ${field.name.value} ${selection} }`);
    const list = isConnection ? json?.data?.list?.nodes : json?.data?.list;
    const entities = (Array.isArray(list) ? list : [list]).filter(Boolean).slice(0, 5);
    if (entities.length) return entities.map((entity) => ({ __typename: type.name, ...entity }));
  }
  return [];
}

/** Runs a check with the known entities of each type; the first fault counts. */
const forEachType =
  (check: (context: CheckContext, entities: KnownEntities) => Promise<Outcome>) =>
  async (context: CheckContext): Promise<Outcome> => {
    if (!context.schema?.entities.length) return notApplicable('没有实体', 'it has no entity');
    const all = await knownEntities(context);
    if (all.length === 0)
      return notApplicable(
        '没有已知的实体：请在示例文件的 entities 中给出',
        'no entity is known: give some in `entities` of the file of examples',
      );
    for (const entities of all) {
      const outcome = await check(context, entities);
      if (outcome.status !== 'passed') return outcome;
    }
    return passed;
  };

export const entityChecks: readonly Check[] = [
  {
    id: 'service.sdl',
    title: { zh: '_service 给出可解析的 SDL', en: 'gives SDL that can be parsed in _service' },
    advice: {
      zh: '实现 { _service { sdl } }；Federation 的库都提供它。',
      en: 'Implement { _service { sdl } }; every library for Federation provides it.',
    },
    run: async ({ client, schema }) =>
      schema ? passed : failed(summaryOf(await client.query('{ _service { sdl } }'))),
  },
  {
    id: 'service.composition',
    title: { zh: 'SDL 可与本系统的子图组合', en: 'has SDL that composes with the subgraphs of this system' },
    advice: {
      zh: '按所示的错误修改 SDL，再以 npm run compose 检查。',
      en: 'Correct the SDL by the error shown, and check it with npm run compose.',
    },
    run: async ({ client, schema }) => {
      if (!schema) return notApplicable('没有 SDL', 'it gives no SDL');
      const { subgraph: name, url } = client.options;
      const names = new Set(listedSubgraphs.map((each) => each.name));
      if (!names.has(name)) {
        const [fault] = foreignFaults(schema.sdl, { own: names, checksAccess: true });
        if (fault) return failed(fault);
      }
      try {
        composeSupergraph([
          ...ownSdls().filter((each) => each.name !== name),
          { name, url, sdl: schema.sdl },
        ]);
        return passed;
      } catch (error) {
        return failed((error as Error).message.split('\n')[0] ?? '');
      }
    },
  },
  {
    id: 'entities.order',
    title: { zh: '实体按所给的顺序返回', en: 'returns entities in the order of their representations' },
    advice: {
      zh: '_entities 的第 n 项须对应第 n 个 representation；批量读取后按键重新排列。',
      en: 'Entry n of _entities belongs to representation n: sort by key after a batch read.',
    },
    run: forEachType(async (context, entities) => {
      const { known, type } = entities;
      for (const wanted of [known, [...known].reverse()]) {
        const reply = await request(context, entities, wanted);
        const found = entitiesOf(reply);
        if (
          found?.length !== wanted.length ||
          !wanted.every((each, index) => isSame(found[index], each, type))
        )
          return failed(`${type.name}: ${summaryOf(reply)}`);
      }
      return passed;
    }),
  },
  {
    id: 'entities.repeated',
    title: { zh: '同一键可出现多次', en: 'accepts the same key several times' },
    advice: {
      zh: '不要去重：答复的长度须与 representations 相同。',
      en: 'Do not remove duplicates: the answer is as long as the representations.',
    },
    run: forEachType(async (context, entities) => {
      const [first] = entities.known as [Representation];
      const reply = await request(context, entities, [first, first]);
      const found = entitiesOf(reply);
      return found?.length === 2 && found.every((each) => isSame(each, first, entities.type))
        ? passed
        : failed(`${entities.type.name}: ${summaryOf(reply)}`);
    }),
  },
  {
    id: 'entities.unknown-key',
    title: {
      zh: '未知的键得到 null，不影响其他实体',
      en: 'answers null for an unknown key, beside entities that exist',
    },
    advice: {
      zh: '找不到实体时该项返回 null，不要抛出使整个 _entities 为空的错误。只为他人类型增补字段的子图可以返回对象。',
      en: 'Return null for an entity that does not exist, and raise no error that nulls all of _entities. A subgraph that only contributes fields to a type of others may return an object.',
    },
    run: forEachType(async (context, entities) => {
      const { type, known } = entities;
      const [first] = known as [Representation];
      const reply = await request(context, entities, [first, unknownOf(type), first]);
      const found = entitiesOf(reply);
      const isRight =
        found?.length === 3 &&
        isSame(found[0], first, type) &&
        isSame(found[2], first, type) &&
        (found[1] === null || isSame(found[1], unknownOf(type), type));
      return isRight ? passed : failed(`${type.name}: ${summaryOf(reply)}`);
    }),
  },
  {
    id: 'entities.many-keys',
    title: { zh: `一次查询 ${manyKeys} 个键`, en: `looks up ${manyKeys} keys in one call` },
    advice: {
      zh: '按键批量读取（如 DataLoader），不要逐个查询；网关一次最多发送 1000 个键。',
      en: 'Read keys in batches, as a DataLoader does, and not one by one; a gateway sends up to 1,000 keys at once.',
    },
    run: forEachType(async (context, entities) => {
      const { known, type } = entities;
      const wanted = Array.from(
        { length: manyKeys },
        (_, index) => known[index % known.length] as Representation,
      );
      const reply = await request(context, entities, wanted);
      const found = entitiesOf(reply);
      if (found?.length === manyKeys && wanted.every((each, index) => isSame(found[index], each, type)))
        return passed;
      return failed(`${type.name}: ${summaryOf(reply)}`);
    }),
  },
  {
    id: 'entities.broken-representation',
    title: {
      zh: '有误的 representation 得到错误，不致 5xx 或崩溃',
      en: 'answers a broken representation with an error, and neither 5xx without a reason nor a crash',
    },
    advice: {
      zh: '缺少键时以该项的错误答复（path 为 ["_entities", n]），其余照常返回，或以请求错误拒绝整个调用。',
      en: 'Answer a missing key with an error of that entry (path ["_entities", n]) and return the others, or refuse the whole call with a request error.',
    },
    run: forEachType(async (context, entities) => {
      const [first] = entities.known as [Representation];
      const reply = await request(context, entities, [first, { __typename: entities.type.name }]);
      const after = await context.client.query('{__typename}');
      if (after.status !== 200) return failed(`after it: ${summaryOf(after)}`);
      const found = entitiesOf(reply);
      const isRefused = (reply.json?.errors?.length ?? 0) > 0;
      return isRefused || (found?.length === 2 && found[1] === null) ? passed : failed(summaryOf(reply));
    }),
  },
  {
    id: 'entities.unknown-type',
    title: { zh: '未知的类型得到错误', en: 'answers an unknown type of entity with an error' },
    advice: {
      zh: '__typename 不是实体时返回错误或 null，不要返回他物。',
      en: 'Answer a __typename that is no entity with an error or null, not with something else.',
    },
    run: async ({ client, schema }) => {
      if (!schema?.entities.length) return notApplicable('没有实体', 'it has no entity');
      const query =
        'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
      const reply = await client.query(query, {
        representations: [{ __typename: 'NoTypeHasThisName', id: '1' }],
      });
      const isAnswered = (reply.json?.errors?.length ?? 0) > 0 || entitiesOf(reply)?.[0] === null;
      return isAnswered ? passed : failed(summaryOf(reply));
    },
  },
];
