// Compares two schemas by GraphQL Inspector, and keeps what a reader of a changelog wants: no descriptions, no parts of new types.
import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import type { ChangeLevel, GraphChange } from '../../src/changes/changes.ts';
import type { Bilingual } from '../../src/page/language.ts';
import { bilingual } from '../catalogue/descriptions.ts';

export interface Compared {
  changes: readonly GraphChange[];
  /** How many descriptions changed of what exists in both. */
  descriptionCount: number;
}

export async function compareSchemas(before: GraphQLSchema, after: GraphQLSchema): Promise<Compared> {
  const all = await diff(before, after);
  const isNew = (path: string): boolean =>
    !before.getType(typeOf(path)) && Boolean(after.getType(typeOf(path)));
  const descriptionCount = all.filter(
    ({ type, path = '' }) => /DESCRIPTION_CHANGED$/.test(type) && existsIn(before, path),
  ).length;
  const kept = all
    .filter(({ type }) => !/DESCRIPTION|^DIRECTIVE_USAGE/.test(type))
    .filter(({ type, path = '' }) => type === 'TYPE_ADDED' || !isNew(path))
    .filter(({ meta }) => !(meta as { addedToNewField?: boolean }).addedToNewField);
  const keys = new Set(kept.map(keyOf));
  const changes = kept
    .filter((change) => !isInherited(change, after, keys) && !isInherited(change, before, keys))
    .map((change) => entryOf(change, after));
  return { changes, descriptionCount };
}

const pathOf = ({ path = '' }: Change): string => path.replace(/\.@deprecated$/, '');
const typeOf = (path: string): string => path.split('.')[0] ?? '';
const keyOf = (change: Change): string => `${change.type} ${pathOf(change)}`;

const levels: Readonly<Record<CriticalityLevel, ChangeLevel>> = {
  [CriticalityLevel.Breaking]: 'BREAKING',
  [CriticalityLevel.Dangerous]: 'DANGEROUS',
  [CriticalityLevel.NonBreaking]: 'SAFE',
};

/** Whether an interface of the type has changed in the same way. */
function isInherited(change: Change, schema: GraphQLSchema, keys: ReadonlySet<string>): boolean {
  const [name = '', ...rest] = pathOf(change).split('.');
  const type = schema.getType(name);
  if (rest.length === 0 || !isObjectType(type)) return false;
  return type
    .getInterfaces()
    .some((parent) => keys.has(`${change.type} ${[parent.name, ...rest].join('.')}`));
}

function entryOf(change: Change, after: GraphQLSchema): GraphChange {
  const meta = change.meta as Record<string, unknown>;
  const added = meta.addedEnumValueName ?? meta.addedUnionMemberTypeName ?? meta.addedInterfaceName;
  const path = pathOf(change);
  const isPart = change.type === 'UNION_MEMBER_ADDED' || change.type === 'OBJECT_TYPE_INTERFACE_ADDED';
  return {
    level: levels[change.criticality.level],
    what: whatOf(change),
    at: path,
    detail: isPart ? { zh: String(added), en: String(added) } : detailOf(change, path, after),
  };
}

const whats: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  TYPE_ADDED: ['新增类型', 'Type added'],
  TYPE_REMOVED: ['删除类型', 'Type removed'],
  TYPE_KIND_CHANGED: ['类型种类改变', 'Kind of type changed'],
  FIELD_ADDED: ['新增字段', 'Field added'],
  FIELD_REMOVED: ['删除字段', 'Field removed'],
  FIELD_TYPE_CHANGED: ['字段类型改变', 'Type of field changed'],
  FIELD_DEPRECATION_ADDED: ['字段弃用', 'Field deprecated'],
  FIELD_DEPRECATION_REMOVED: ['字段不再弃用', 'Field no longer deprecated'],
  FIELD_ARGUMENT_ADDED: ['新增参数', 'Argument added'],
  FIELD_ARGUMENT_REMOVED: ['删除参数', 'Argument removed'],
  FIELD_ARGUMENT_TYPE_CHANGED: ['参数类型改变', 'Type of argument changed'],
  FIELD_ARGUMENT_DEFAULT_CHANGED: ['参数默认值改变', 'Default of argument changed'],
  INPUT_FIELD_ADDED: ['新增输入字段', 'Input field added'],
  INPUT_FIELD_REMOVED: ['删除输入字段', 'Input field removed'],
  INPUT_FIELD_TYPE_CHANGED: ['输入字段类型改变', 'Type of input field changed'],
  INPUT_FIELD_DEFAULT_VALUE_CHANGED: ['输入字段默认值改变', 'Default of input field changed'],
  ENUM_VALUE_ADDED: ['新增枚举值', 'Value added'],
  ENUM_VALUE_REMOVED: ['删除枚举值', 'Value removed'],
  ENUM_VALUE_DEPRECATION_REASON_ADDED: ['枚举值弃用', 'Value deprecated'],
  UNION_MEMBER_ADDED: ['联合类型新增成员', 'Member added to union'],
  UNION_MEMBER_REMOVED: ['联合类型删除成员', 'Member removed from union'],
  OBJECT_TYPE_INTERFACE_ADDED: ['实现接口', 'Implements an interface'],
  OBJECT_TYPE_INTERFACE_REMOVED: ['不再实现接口', 'No longer implements an interface'],
};

/** What has no entry is said as GraphQL Inspector says it. */
function whatOf({ type, message }: Change): Bilingual {
  const [zh, en] = whats[type] ?? [message, message];
  return { zh, en };
}

function detailOf(change: Change, path: string, after: GraphQLSchema): Bilingual | null {
  const meta = change.meta as Record<string, unknown>;
  if (typeof meta.deprecationReason === 'string') return bilingual(meta.deprecationReason);
  const [old, now] = ['oldFieldType', 'oldArgumentType', 'oldInputFieldType', 'oldDefaultValue']
    .filter((name) => name in meta)
    .map((name) => [meta[name], meta[name.replace(/^old/, 'new')]])[0] ?? [undefined, meta.newDefaultValue];
  if (old !== undefined || now !== undefined) {
    const text = `${old === undefined ? '' : `${String(old)} `}→ ${String(now)}`;
    return { zh: text, en: text };
  }
  const description = descriptionAt(after, path);
  return description ? bilingual(description) : null;
}

function descriptionAt(schema: GraphQLSchema, path: string): string | null | undefined {
  const [name = '', member, argument] = path.split('.');
  const type = schema.getType(name);
  if (!type || member === undefined) return type?.description;
  if (isEnumType(type)) return type.getValue(member)?.description;
  if (isInputObjectType(type)) return type.getFields()[member]?.description;
  if (!isObjectType(type) && !isInterfaceType(type)) return null;
  const field = type.getFields()[member];
  return argument ? field?.args.find((each) => each.name === argument)?.description : field?.description;
}

function existsIn(schema: GraphQLSchema, path: string): boolean {
  const [name = '', member] = path.split('.');
  const type = schema.getType(name);
  if (!type) return false;
  if (member === undefined) return true;
  if (isEnumType(type)) return type.getValue(member) !== undefined && type.getValue(member) !== null;
  return 'getFields' in type && member in type.getFields();
}
