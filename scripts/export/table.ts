// The columns of an export, derived from the selection set of its nodes, and the cells of a node.

import { fragmentsOf } from '@district-graph/kit/operation/collect-fields';
import { chineseOf } from '@district-graph/kit/schema/descriptions';
import { neutralised } from '@district-graph/kit/spreadsheet/csv';
import {
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { ExportOperation } from './operation.ts';

export interface ExportColumn {
  /** The response keys that lead from the node to the value; joined with dots, the English header. */
  path: readonly string[];
  /** The Chinese header, from the descriptions in the schema. */
  zh: string;
}

interface Selected {
  selections: SelectionSetNode;
  type: GraphQLNamedType;
}

/** The columns of the nodes at the operation's path. Throws when the operation selects no nodes, or not the fields for paging. */
export function columnsOf(
  schema: GraphQLSchema,
  { document, operation, path }: ExportOperation,
): ExportColumn[] {
  const walk = new SelectionWalk(schema, fragmentsOf(document));
  let at: Selected[] = [
    { selections: operation.selectionSet, type: schema.getQueryType() as GraphQLNamedType },
  ];
  for (const key of path) at = walk.below(at, key);
  const nodes = walk.below(at, 'nodes');
  const turns = walk.below(at, 'pageInfo').flatMap(({ selections }) => walk.keys(selections));
  if (nodes.length === 0 || !turns.includes('hasNextPage') || !turns.includes('endCursor'))
    throw new Error(
      `${path.join('.')} 处应为列表，并选取 nodes 和 pageInfo { hasNextPage endCursor }。 At ${path.join('.')}: expected a list with nodes and pageInfo { hasNextPage endCursor } selected.`,
    );
  const columns = new Map<string, ExportColumn>();
  for (const selected of nodes) walk.collect(selected, [], [], columns);
  return [...columns.values()];
}

class SelectionWalk {
  #schema: GraphQLSchema;
  #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  /** The selection sets below a response key. */
  below(at: readonly Selected[], key: string): Selected[] {
    return at.flatMap((selected) =>
      this.#fields(selected).flatMap(({ key: found, type, selections }) =>
        found === key && selections && type ? [{ selections, type: getNamedType(type) }] : [],
      ),
    );
  }

  keys(selections: SelectionSetNode): string[] {
    return selections.selections.flatMap((node) =>
      node.kind === Kind.FIELD ? [node.alias?.value ?? node.name.value] : [],
    );
  }

  collect(
    selected: Selected,
    path: readonly string[],
    zh: readonly string[],
    columns: Map<string, ExportColumn>,
  ): void {
    for (const { key, type, selections, description } of this.#fields(selected)) {
      const below = [...path, key];
      const labels = [...zh, chineseOf(description ?? undefined) || key];
      // A list of objects is one cell.
      if (selections && type && !isListType(getNullableType(type)))
        this.collect({ selections, type: getNamedType(type) }, below, labels, columns);
      else if (!columns.has(below.join('.')))
        columns.set(below.join('.'), { path: below, zh: labels.join('·') });
    }
  }

  /** The fields that are selected of a type, including those in fragments. */
  #fields({ selections, type }: Selected): Field[] {
    return selections.selections.flatMap((node): Field[] => {
      if (node.kind === Kind.FIELD) {
        const { name, alias, selectionSet } = node;
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined;
        const { type: output = null, description } = field ?? {};
        return [{ key: alias?.value ?? name.value, type: output, selections: selectionSet, description }];
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
      const condition = fragment?.typeCondition?.name.value;
      const inner = condition ? this.#schema.getType(condition) : type;
      return fragment && inner ? this.#fields({ selections: fragment.selectionSet, type: inner }) : [];
    });
  }
}

interface Field {
  key: string;
  /** Null for __typename. */
  type: GraphQLOutputType | null;
  selections: SelectionSetNode | undefined;
  description: string | null | undefined;
}

/** The header. When two columns have the same Chinese label, their paths are appended. */
export function headerOf(columns: readonly ExportColumn[], language: 'en' | 'zh'): string[] {
  if (language === 'en') return columns.map(({ path }) => path.join('.'));
  const times = Map.groupBy(columns, ({ zh }) => zh);
  return columns.map(({ zh, path }) => ((times.get(zh)?.length ?? 0) > 1 ? `${zh} ${path.join('.')}` : zh));
}

/** The cells of a node: null is empty, lists are joined with `; `, numbers stay numbers, and no text is a formula. */
export const cellsOf = (columns: readonly ExportColumn[], node: unknown): string[] =>
  columns.map(({ path }) => cellOf(path.reduce<unknown>(step, node)));

const step = (value: unknown, key: string): unknown =>
  value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[key] : undefined;

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return neutralised(value);
  if (Array.isArray(value) && value.length === 1) return cellOf(value[0]);
  if (Array.isArray(value) && !value.some((entry) => entry !== null && typeof entry === 'object'))
    return neutralised(value.join('; '));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
