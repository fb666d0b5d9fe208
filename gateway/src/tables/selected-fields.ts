// The fields that an operation selects, as a tree by response keys: the form of its answer, whatever the types of objects turn out to be.
import { HttpError } from '@district-graph/kit/http-error';
import { type Fragments, fragmentsOf, isIncluded } from '@district-graph/kit/operation/collect-fields';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';

export interface SelectedField {
  /** The response key. */
  key: string;
  /** The first of the nodes that select it. */
  node: FieldNode;
  field: GraphQLField<unknown, unknown>;
  /** A value, an object, or a list of objects. A list of values is a value. */
  kind: 'value' | 'object' | 'list';
  /** The fields of the object, or of the objects in the list. */
  fields: readonly SelectedField[];
}

export interface TabledOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** The values of the operation's variables, with defaults. */
  variables: Readonly<Record<string, unknown>>;
}

/** As many as the largest operation may select. A document is expanded here before it has been checked. */
const maxSelections = 20_000;

/** Throws an HttpError where the operation selects too much. */
export function selectedFields({
  schema,
  document,
  operation,
  variables,
}: TabledOperation): readonly SelectedField[] {
  const type = schema.getRootType(operation.operation);
  if (!type) return [];
  const walk = new SelectionWalk(schema, fragmentsOf(document), variables);
  return walk.fields([{ type, selections: operation.selectionSet }]);
}

interface Selected {
  type: GraphQLNamedType;
  selections: SelectionSetNode;
}

interface Merged {
  node: FieldNode;
  field: GraphQLField<unknown, unknown>;
  below: Selected[];
}

class SelectionWalk {
  #schema: GraphQLSchema;
  #fragments: Fragments;
  #conditions: Readonly<Record<string, boolean>>;
  #left = maxSelections;

  constructor(schema: GraphQLSchema, fragments: Fragments, variables: Readonly<Record<string, unknown>>) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#conditions = Object.fromEntries(
      Object.entries(variables).flatMap(([name, value]) =>
        typeof value === 'boolean' ? [[name, value]] : [],
      ),
    );
  }

  /** Fields with one response key in several fragments are one field, as they are in the answer. */
  fields(selected: readonly Selected[]): SelectedField[] {
    const merged = new Map<string, Merged>();
    for (const each of selected) this.#collect(each, merged, new Set());
    return [...merged].map(([key, { node, field, below }]) => {
      const kind = kindOf(field.type, below.length > 0);
      return { key, node, field, kind, fields: kind === 'value' ? [] : this.fields(below) };
    });
  }

  #collect({ type, selections }: Selected, merged: Map<string, Merged>, visited: Set<string>): void {
    for (const node of selections.selections) {
      this.#left -= 1;
      if (this.#left < 0) throw tooManySelections();
      if (!isIncluded(node, this.#conditions)) continue;
      if (node.kind === Kind.FIELD) {
        this.#add(node, type, merged);
        continue;
      }
      const name = node.kind === Kind.FRAGMENT_SPREAD ? node.name.value : null;
      if (name !== null && visited.has(name)) continue;
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
      const condition = fragment?.typeCondition?.name.value;
      const inner = condition === undefined ? type : this.#schema.getType(condition);
      if (!fragment || !inner) continue;
      // A fragment may be spread again at another place, but not inside itself.
      const inside = name === null ? visited : new Set([...visited, name]);
      this.#collect({ type: inner, selections: fragment.selectionSet }, merged, inside);
    }
  }

  #add(node: FieldNode, type: GraphQLNamedType, merged: Map<string, Merged>): void {
    const key = (node.alias ?? node.name).value;
    const field = fieldOf(type, node.name.value);
    if (!field) return;
    const known = merged.get(key);
    const below = node.selectionSet
      ? [{ type: getNamedType(field.type), selections: node.selectionSet }]
      : [];
    if (known) known.below.push(...below);
    else merged.set(key, { node, field, below });
  }
}

const metaFields = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]),
);

function fieldOf(type: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
  const own = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  return own ?? metaFields.get(name);
}

function kindOf(type: GraphQLOutputType, hasSelections: boolean): SelectedField['kind'] {
  if (!hasSelections || isLeafType(getNamedType(type))) return 'value';
  const nullable = getNullableType(type);
  if (!isListType(nullable)) return 'object';
  // A list of lists has no rows of its own: it is one cell.
  return isListType(getNullableType(nullable.ofType)) ? 'value' : 'list';
}

const tooManySelections = () =>
  new HttpError(
    400,
    'OPERATION_TOO_COMPLEX',
    `表格至多选取 ${maxSelections} 个字段（含片段展开后的）。 A table can select ${maxSelections} fields at most, including those in fragments.`,
    { keepsConnection: true, extensions: { limit: maxSelections } },
  );
