// How large an operation is, counted before anything is run, and what of it is beyond the limits.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { type ErrorCode, graphError } from '../errors.ts';
import type { Fragments } from './collect-fields.ts';
import type { OperationLimits } from './limits.ts';

interface Size {
  selections: number;
  aliases: number;
  directives: number;
  /** Fields side by side, through fragments. */
  fields: number;
  depth: number;
  /** `__schema` and `__type`, likewise. */
  schemas: number;
  types: number;
}

const nothing: Size = { selections: 0, aliases: 0, directives: 0, fields: 0, depth: 0, schemas: 0, types: 0 };

/** The whole schema is a large answer, and the same each time; tools ask for single types in addition. */
const [maxSchemas, maxTypes] = [1, 10];

/** Deeper than any operation within the limits of depth is written, and as deep as this can follow. */
const maxNesting = 1000;

/** What is beyond the limits in a document, or null. The first is told: each ends the counting of the others. */
export function checkDocumentLimits(document: DocumentNode, limits: OperationLimits): GraphQLError | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  if (fragments.size > limits.maxFragments)
    return limitExceeded('TOO_MANY_FRAGMENTS', '片段', 'fragments', limits.maxFragments, fragments.size);
  const inPlace = mostDirectives(document);
  if (inPlace > limits.maxDirectivesInPlace)
    return limitExceeded(
      'TOO_MANY_DIRECTIVES',
      '同一处的指令',
      'directives in one place',
      limits.maxDirectivesInPlace,
      inPlace,
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
      'selections once fragments are written out',
      limits.maxSelections,
      selections,
    );
  if (depth > limits.maxDepth)
    return limitExceeded('OPERATION_TOO_DEEP', '字段嵌套的层数', 'levels of fields', limits.maxDepth, depth);
  const isMany = size.aliases > limits.maxAliases || size.schemas > maxSchemas || size.types > maxTypes;
  const { aliases, schemas, types } = isMany ? answeredSize(document, fragments, size) : size;
  if (aliases > limits.maxAliases)
    return limitExceeded(
      'TOO_MANY_ALIASES',
      '展开片段后的别名',
      'aliases once fragments are written out',
      limits.maxAliases,
      aliases,
    );
  if (fields > limits.maxRootFields)
    return limitExceeded('TOO_MANY_ROOT_FIELDS', '顶层字段', 'root fields', limits.maxRootFields, fields);
  if (directives > limits.maxDirectives)
    return limitExceeded('TOO_MANY_DIRECTIVES', '指令', 'directives', limits.maxDirectives, directives);
  if (schemas > maxSchemas)
    return limitExceeded('OPERATION_TOO_COMPLEX', '__schema', '`__schema` fields', maxSchemas, schemas);
  if (types > maxTypes)
    return limitExceeded('OPERATION_TOO_COMPLEX', '__type', '`__type` fields', maxTypes, types);
  return null;
}

/** The refusal of more of something than allowed. `received` is where counting ended. */
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
      ? `${zh}不得超过 ${limit}，收到更多。 At most ${limit} ${en} are allowed, received more.`
      : `${zh}不得超过 ${limit}，收到 ${received}。 At most ${limit} ${en} are allowed, received ${received}.`,
    received === null ? { limit } : { limit, received },
  );

/** Fields of a valid operation itself, through fragments: each is worked for on its own. */
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
 * The size of the operations once their fragments are written out, without writing them out: a few hundred bytes can
 * stand for millions. Counting ends soon after `maxSelections`.
 */
function sizeOf(
  document: DocumentNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  maxSelections: number,
): Size {
  const counted = new Map<string, Size>();
  const ofFragment = (name: string, nesting: number): Size => {
    let size = counted.get(name);
    if (!size) {
      // A cycle is a fault of its own, told by validation.
      counted.set(name, nothing);
      const fragment = fragments.get(name);
      size = fragment ? count(fragment.selectionSet, nesting) : nothing;
      counted.set(name, size);
    }
    return size;
  };
  const count = ({ selections }: SelectionSetNode, nesting: number): Size => {
    const total = { ...nothing };
    if (nesting > maxNesting) return { ...nothing, depth: nesting };
    for (const selection of selections) {
      const isField = selection.kind === Kind.FIELD;
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value, nesting + 1)
          : selection.selectionSet
            ? count(selection.selectionSet, nesting + 1)
            : nothing;
      total.selections += 1 + inner.selections;
      total.aliases += inner.aliases + (isField && selection.alias ? 1 : 0);
      total.directives += inner.directives + (selection.directives?.length ?? 0);
      total.fields += isField ? 1 : inner.fields;
      const name = isField ? selection.name.value : '';
      total.schemas += inner.schemas + (name === '__schema' ? 1 : 0);
      total.types += inner.types + (name === '__type' ? 1 : 0);
      total.depth = Math.max(total.depth, inner.depth + (isField ? 1 : 0));
      if (total.selections > maxSelections) break;
    }
    return total;
  };
  const total = { ...nothing };
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
  // What no operation uses is validated all the same.
  for (const name of fragments.keys())
    total.selections = Math.max(total.selections, ofFragment(name, 1).selections);
  return total;
}

type AnsweredSize = Pick<Size, 'aliases' | 'schemas' | 'types'>;

/**
 * The same counted as it will be answered: what stands in one place under one name counts once, in however many fragments.
 * That takes longer, for which it is counted only where the size as written is beyond a limit.
 */
function answeredSize(
  document: DocumentNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  written: Size,
): AnsweredSize {
  // More than that there is not, but for fragments in circles: validation is to tell them.
  let left = written.selections;
  const inPlace = (selectionSets: readonly SelectionSetNode[]): AnsweredSize => {
    const fields = new Map<string, { field: FieldNode; inside: SelectionSetNode[] }>();
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
          const known = fields.get(key) ?? { field: selection, inside: [] };
          if (selectionSet) known.inside.push(selectionSet);
          fields.set(key, known);
        }
      }
    };
    for (const selectionSet of selectionSets) collect(selectionSet);
    const total = { aliases: 0, schemas: 0, types: 0 };
    for (const { field, inside } of fields.values()) {
      if (field.alias) total.aliases += 1;
      if (field.name.value === '__schema') total.schemas += 1;
      if (field.name.value === '__type') total.types += 1;
      if (inside.length) total.aliases += inPlace(inside).aliases;
    }
    return total;
  };
  const total = { aliases: 0, schemas: 0, types: 0 };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = inPlace([definition.selectionSet]);
    total.aliases += size.aliases;
    total.schemas = Math.max(total.schemas, size.schemas);
    total.types = Math.max(total.types, size.types);
  }
  return left < 0 ? written : total;
}
