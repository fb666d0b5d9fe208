// Measures a document before it is executed, and refuses one that exceeds the limits.
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  Kind,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { type ErrorCode, graphError } from '../errors.ts';
import { type Fragments, fragmentsOf } from './collect-fields.ts';
import type { OperationLimits } from './limits.ts';

interface Size {
  selections: number;
  aliases: number;
  directives: number;
  /** Fields of one selection set, through fragments. */
  fields: number;
  depth: number;
  /** `__schema` and `__type` fields, likewise. */
  schemas: number;
  types: number;
}

const zero: Size = { selections: 0, aliases: 0, directives: 0, fields: 0, depth: 0, schemas: 0, types: 0 };

/** The whole schema is a large answer, and always the same. Tools also select single types. */
const [maxSchemas, maxTypes] = [1, 10];

/** Nested selection sets that are followed: more than any operation within the depth limits has, and safe for recursion. */
const maxNesting = 1000;

/** The error of the first limit that the document exceeds, or null. Counting ends there. */
export function checkDocumentLimits(
  text: string,
  document: DocumentNode,
  limits: OperationLimits,
): GraphQLError | null {
  const fragments = fragmentsOf(document);
  if (fragments.size > limits.maxFragments)
    return limitExceeded('TOO_MANY_FRAGMENTS', '片段', 'fragments', limits.maxFragments, fragments.size);
  // Visiting a document takes long.
  const atOneLocation = text.includes('@') ? mostDirectives(document) : 0;
  if (atOneLocation > limits.maxDirectivesInPlace)
    return limitExceeded(
      'TOO_MANY_DIRECTIVES',
      '同一处的指令',
      'directives at one location',
      limits.maxDirectivesInPlace,
      atOneLocation,
    );
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length > limits.maxDocumentOperations)
    return limitExceeded(
      'TOO_MANY_OPERATIONS',
      '一个文档中的操作',
      'operations in a document',
      limits.maxDocumentOperations,
      operations.length,
    );
  const size = sizeOf(document, fragments, limits.maxSelections);
  const { selections, directives, depth, fields } = size;
  if (selections > limits.maxSelections)
    return limitExceeded(
      'OPERATION_TOO_COMPLEX',
      '展开片段后的选择',
      'selections after fragments are expanded',
      limits.maxSelections,
      selections,
    );
  if (depth > limits.maxDepth)
    return limitExceeded('OPERATION_TOO_DEEP', '字段嵌套的层数', 'levels of fields', limits.maxDepth, depth);
  const exceedsAny = size.aliases > limits.maxAliases || size.schemas > maxSchemas || size.types > maxTypes;
  const { aliases, schemas, types } = exceedsAny ? mergedSize(document, fragments, size) : size;
  if (aliases > limits.maxAliases)
    return limitExceeded(
      'TOO_MANY_ALIASES',
      '展开片段后的别名',
      'aliases after fragments are expanded',
      limits.maxAliases,
      aliases,
    );
  if (fields > limits.maxRootFields)
    return limitExceeded('TOO_MANY_ROOT_FIELDS', '顶层字段', 'root fields', limits.maxRootFields, fields);
  if (directives > limits.maxDirectives)
    return limitExceeded('TOO_MANY_DIRECTIVES', '指令', 'directives', limits.maxDirectives, directives);
  if (schemas > maxSchemas)
    return limitExceeded('OPERATION_TOO_COMPLEX', '__schema 字段', '`__schema` fields', maxSchemas, schemas);
  if (types > maxTypes)
    return limitExceeded('OPERATION_TOO_COMPLEX', '__type 字段', '`__type` fields', maxTypes, types);
  return null;
}

/** The error for exceeding a limit. `received` is the count at which counting ended; null if it is not known. */
export const limitExceeded = (
  code: ErrorCode,
  zh: string,
  en: string,
  limit: number,
  received: number | null,
): GraphQLError =>
  graphError(
    code,
    received === null
      ? `${zh}不得超过 ${limit}，收到更多：请减少选择，或拆成几次请求。 At most ${limit} ${en} are allowed, received more: select less, or send several requests.`
      : `${zh}不得超过 ${limit}，收到 ${received}：请减少选择，或拆成几次请求。 At most ${limit} ${en} are allowed, received ${received}: select less, or send several requests.`,
    received === null ? { limit } : { limit, received },
  );

/** The number of root fields of a valid operation, through fragments. Each is executed on its own. */
export function rootFieldsOf({ selections }: SelectionSetNode, fragments: Fragments): number {
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) count += 1;
    else {
      const { selectionSet = null } =
        selection.kind === Kind.FRAGMENT_SPREAD ? (fragments.get(selection.name.value) ?? {}) : selection;
      if (selectionSet) count += rootFieldsOf(selectionSet, fragments);
    }
  }
  return count;
}

/** The number of selections of a valid operation after fragments are expanded, without expanding them. */
export function selectionsOf(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  counted = new Map<string, number>(),
): number {
  let count = 0;
  for (const selection of selections) {
    count += 1;
    if (selection.kind !== Kind.FRAGMENT_SPREAD) {
      if (selection.selectionSet) count += selectionsOf(selection.selectionSet, fragments, counted);
      continue;
    }
    const name = selection.name.value;
    const fragment = fragments.get(name);
    const inside =
      counted.get(name) ?? (fragment ? selectionsOf(fragment.selectionSet, fragments, counted) : 0);
    counted.set(name, inside);
    count += inside;
  }
  return count;
}

function mostDirectives(document: DocumentNode): number {
  let most = 0;
  visit(document, {
    enter: (node) => {
      if ('directives' in node && node.directives) most = Math.max(most, node.directives.length);
    },
  });
  return most;
}

/**
 * The size of the operations after fragments are expanded, without expanding them: a few hundred bytes can expand to millions of
 * selections. Counting ends soon after `maxSelections`.
 */
function sizeOf(document: DocumentNode, fragments: Fragments, maxSelections: number): Size {
  const counted = new Map<string, Size>();
  const ofFragment = (name: string, nesting: number): Size => {
    let size = counted.get(name);
    if (!size) {
      // Cycles are reported by validation.
      counted.set(name, zero);
      const fragment = fragments.get(name);
      size = fragment ? count(fragment.selectionSet, nesting) : zero;
      counted.set(name, size);
    }
    return size;
  };
  const count = ({ selections }: SelectionSetNode, nesting: number): Size => {
    const total = { ...zero };
    if (nesting > maxNesting) return { ...zero, depth: nesting };
    for (const selection of selections) {
      const isField = selection.kind === Kind.FIELD;
      const size =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value, nesting + 1)
          : selection.selectionSet
            ? count(selection.selectionSet, nesting + 1)
            : zero;
      total.selections += 1 + size.selections;
      total.aliases += size.aliases + (isField && selection.alias ? 1 : 0);
      total.directives += size.directives + (selection.directives?.length ?? 0);
      total.fields += isField ? 1 : size.fields;
      const name = isField ? selection.name.value : '';
      total.schemas += size.schemas + (name === '__schema' ? 1 : 0);
      total.types += size.types + (name === '__type' ? 1 : 0);
      total.depth = Math.max(total.depth, size.depth + (isField ? 1 : 0));
      if (total.selections > maxSelections) break;
    }
    return total;
  };
  const total = { ...zero };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = count(definition.selectionSet, 1);
    total.selections += size.selections;
    total.aliases += size.aliases;
    total.directives += size.directives + (definition.directives?.length ?? 0);
    total.fields = Math.max(total.fields, size.fields);
    total.depth = Math.max(total.depth, size.depth);
    total.schemas = Math.max(total.schemas, size.schemas);
    total.types = Math.max(total.types, size.types);
  }
  // Unused fragments are validated, too.
  for (const name of fragments.keys())
    total.selections = Math.max(total.selections, ofFragment(name, 1).selections);
  return total;
}

type MergedSize = Pick<Size, 'aliases' | 'schemas' | 'types'>;

/**
 * Counts fields after they are merged: a response key counts once per selection set, in however many fragments it occurs. That takes
 * longer, so it is done only if the unmerged size exceeds a limit.
 */
function mergedSize(document: DocumentNode, fragments: Fragments, written: Size): MergedSize {
  // There are no more selections than that, unless fragments form a cycle, which validation reports.
  let left = written.selections;
  const mergedFields = (selectionSets: readonly SelectionSetNode[]): MergedSize => {
    const fields = new Map<string, { field: FieldNode; selectionSets: SelectionSetNode[] }>();
    const spread = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        left -= 1;
        if (left < 0) return;
        if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
        else if (selection.kind === Kind.FRAGMENT_SPREAD) {
          const fragment = fragments.get(selection.name.value);
          if (fragment && !spread.has(fragment.name.value)) {
            spread.add(fragment.name.value);
            collect(fragment.selectionSet);
          }
        } else {
          const { alias, name, arguments: args, selectionSet } = selection;
          const key = `${(alias ?? name).value}:${name.value}(${args?.map(print).join() ?? ''})`;
          const known = fields.get(key) ?? { field: selection, selectionSets: [] };
          if (selectionSet) known.selectionSets.push(selectionSet);
          fields.set(key, known);
        }
      }
    };
    for (const selectionSet of selectionSets) collect(selectionSet);
    const total = { aliases: 0, schemas: 0, types: 0 };
    for (const { field, selectionSets } of fields.values()) {
      if (field.alias) total.aliases += 1;
      if (field.name.value === '__schema') total.schemas += 1;
      if (field.name.value === '__type') total.types += 1;
      if (selectionSets.length) total.aliases += mergedFields(selectionSets).aliases;
    }
    return total;
  };
  const total = { aliases: 0, schemas: 0, types: 0 };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = mergedFields([definition.selectionSet]);
    total.aliases += size.aliases;
    total.schemas = Math.max(total.schemas, size.schemas);
    total.types = Math.max(total.types, size.types);
  }
  return left < 0 ? written : total;
}
