// A fetch while it is being built: what is selected of the objects of each type, and the fetches that wait for it.
import { type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { FetchNode, Requirement } from './query-plan.ts';
import { compact, variablesIn } from './selection-text.ts';
import type { EntityKey, KeyField } from './supergraph-index.ts';

/** The fields of a selection set by their text, with the selection set of each that has one. */
export type SelectionText = Map<string, SelectionText | null>;

/** What is fetched of the objects of one type by a key of theirs. */
interface EntitySelection {
  key: EntityKey;
  selection: SelectionText;
}

export interface Fetch {
  subgraph: number;
  path: readonly string[];
  /** Root fields. */
  selection: SelectionText;
  /** By type; empty for a fetch of root fields. */
  entities: Map<string, EntitySelection>;
  variables: Set<string>;
  /** The fetches that need its fields as keys, by what distinguishes them. */
  dependents: Map<string, Fetch>;
  /** By location and name, the type of each field. */
  types: Map<string, string>;
}

/** The fetch of this id, which is created where there is none. */
export function fetchIn(
  fetches: Map<string, Fetch>,
  id: string,
  { subgraph, path }: Pick<Fetch, 'subgraph' | 'path'>,
): Fetch {
  let known = fetches.get(id);
  if (!known) {
    known = {
      subgraph,
      path,
      selection: new Map(),
      entities: new Map(),
      variables: new Set(),
      dependents: new Map(),
      types: new Map(),
    };
    fetches.set(id, known);
  }
  return known;
}

export function innerSelection(selection: SelectionText, head: string): SelectionText {
  const inner = selection.get(head) ?? new Map<string, SelectionText | null>();
  selection.set(head, inner);
  return inner;
}

export const keyText = (fields: readonly KeyField[]): string =>
  fields.map(({ name, selections }) => (selections ? `${name}{${keyText(selections)}}` : name)).join(' ');

/** The fetch as it is executed, for the operation that the plan is of. */
export function fetchNode(
  { subgraph, path, selection, entities, variables }: Fetch,
  operation: OperationDefinitionNode,
  subgraphs: readonly string[],
): FetchNode {
  const isOfEntities = entities.size > 0;
  const kind = isOfEntities ? OperationTypeNode.QUERY : operation.operation;
  const { variableDefinitions = [], directives = [] } = operation;
  for (const { arguments: args = [] } of directives)
    for (const { value } of args) for (const name of variablesIn(value)) variables.add(name);
  const used = variableDefinitions.filter(({ variable }) => variables.has(variable.name.value));
  const definitions = [...(isOfEntities ? ['$representations:[_Any!]!'] : []), ...used.map(compact)].join('');
  const attributes = `${definitions && `(${definitions})`}${directives.map(compact).join('')}`;
  const head = kind === OperationTypeNode.QUERY && !attributes ? '' : `${kind}${attributes}`;
  return {
    kind: 'Fetch',
    subgraph: subgraphs[subgraph] ?? '',
    path: [...path],
    operation: `${head}${isOfEntities ? entitiesText(entities) : textOf(selection)}`,
    isMutation: kind === OperationTypeNode.MUTATION,
    variables: used.map(({ variable }) => variable.name.value),
    requires: isOfEntities ? [...entities].map(([type, { key }]) => requirementOf(type, key)) : null,
    keyOnly: null,
    inputRewrites: [...entities].flatMap(([type, { key }]) =>
      key.isInterface ? [{ kind: 'Set', path: [`... on ${type}`, '__typename'], value: key.entityType }] : [],
    ),
    outputRewrites: [],
  };
}

export function entitiesText(entities: Fetch['entities']): string {
  // Of an interface object the same is selected for each type.
  const texts = new Set(
    [...entities.values()].map(({ key, selection }) => `...on ${key.entityType}${textOf(selection)}`),
  );
  return `{_entities(representations:$representations){${[...texts].join(' ')}}}`;
}

/** Whether the objects are fetched as interface objects. */
export const isOfInterface = ({ entities }: Fetch): boolean =>
  [...entities.values()].some(({ key }) => key.isInterface);

const textOf = (selection: SelectionText): string =>
  `{${[...selection].map(([head, inner]) => (inner ? `${head}${textOf(inner)}` : head)).join(' ')}}`;

const typename: KeyField = { name: '__typename', selections: null };

const requirementOf = (type: string, { fields }: EntityKey): Requirement => ({
  kind: 'Fragment',
  type,
  selections: requirements([typename, ...fields]),
});

const requirements = (fields: readonly KeyField[]): Requirement[] =>
  fields.map(({ name, selections }) => ({
    kind: 'Field',
    from: name,
    to: name,
    selections: selections && requirements(selections),
  }));
