// The planner's plan, turned into ours: hidden fields spelled out, conflicting requirements fetched apart.
import type {
  FetchNode as PlannersFetch,
  PlanNode as PlannersNode,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  OperationTypeNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { PlannedSupergraph } from '../supergraph/supergraph-rewrites.ts';
import type { FetchNode, PlanNode, Requirement, Rewrite } from './query-plan.ts';

export function ourPlan(node: PlannersNode, supergraph: Supergraph, path: string[] = []): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { kind: node.kind, nodes: node.nodes.map((child) => ourPlan(child, supergraph, path)) };
    case 'Flatten':
      return ourPlan(node.node, supergraph, [...path, ...node.path.map(String)]);
    case 'Fetch':
      return fetchNode(node, supergraph, path);
    default:
      throw new Error(`a plan node of an unknown kind: ${node.kind}`);
  }
}

type Supergraph = Pick<PlannedSupergraph, 'hidden' | 'requiredBy' | 'computed' | 'keyFields'>;

function fetchNode(node: PlannersFetch, supergraph: Supergraph, path: string[]): PlanNode {
  const requires = node.requires?.map((selection) => requirement(selection, supergraph)) ?? null;
  const fetch: FetchNode = {
    kind: 'Fetch',
    subgraph: node.serviceName,
    path,
    operation: node.operation,
    isMutation: node.operationKind === OperationTypeNode.MUTATION,
    variables: node.variableUsages ?? [],
    requires,
    byKeyAlone: null,
    inputRewrites: rewrites(node.inputRewrites),
    outputRewrites: rewrites(node.outputRewrites),
  };
  const fetches = supergraph.hidden.size ? apart(fetch, supergraph) : [fetch];
  const nodes = fetches.map((each) => {
    const alone = byKeyAlone(each, supergraph);
    return {
      ...each,
      operation: spelledOut(each.operation, supergraph),
      byKeyAlone: alone && { ...alone, operation: spelledOut(alone.operation, supergraph) },
    };
  });
  return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'Parallel', nodes };
}

function requirement(selection: QueryPlanSelectionNode, supergraph: Supergraph): Requirement {
  if (selection.kind === 'Field') {
    return {
      kind: 'Field',
      from: selection.alias ?? selection.name,
      to: supergraph.hidden.get(selection.name)?.field ?? selection.alias ?? selection.name,
      selections: selection.selections?.map((child) => requirement(child, supergraph)) ?? null,
    };
  }
  return {
    kind: 'Fragment',
    type: selection.typeCondition ?? null,
    selections: selection.selections.map((child) => requirement(child, supergraph)),
  };
}

const rewrites = (of: PlannersFetch['inputRewrites']): Rewrite[] =>
  (of ?? []).map((rewrite) =>
    rewrite.kind === 'ValueSetter'
      ? { kind: 'Set', path: rewrite.path, value: rewrite.setValueTo }
      : { kind: 'Rename', path: rewrite.path, to: rewrite.renameKeyTo },
  );

/** The fields of a fetch that are not computed from others, asked by the key. */
function byKeyAlone(fetch: FetchNode, { computed, keyFields }: Supergraph): FetchNode['byKeyAlone'] {
  if (!fetch.requires) return null;
  const document = parse(fetch.operation, { noLocation: true });
  const fields = [...entityFields(document)];
  const plain = fields.filter(([type, { name }]) => !computed.has(`${fetch.subgraph} ${type}.${name.value}`));
  const isNothing = plain.every(([, { name }]) => name.value === '__typename');
  if (isNothing || plain.length === fields.length) return null;
  const operation = onlyFields(document, new Set(plain.map(([type, field]) => responseKey(type, field))));
  const variables = new Set<string>();
  visit(operation, { Variable: ({ name }) => void variables.add(name.value) });
  const keys = keyFields.get(fetch.subgraph) ?? new Set();
  const ofKeys = (requirements: readonly Requirement[]): Requirement[] =>
    requirements.flatMap((each): Requirement[] => {
      if (each.kind === 'Fragment') return [{ ...each, selections: ofKeys(each.selections) }];
      return each.to === '__typename' || keys.has(each.to) ? [each] : [];
    });
  return {
    operation: stripIgnoredCharacters(print(operation)),
    variables: fetch.variables.filter((name) => variables.has(name)),
    requires: ofKeys(fetch.requires),
  };
}

/** Writes the field with its arguments where the planner wrote the hidden field. */
function spelledOut(operation: string, { hidden }: Supergraph): string {
  let changed = false;
  const document = visit(parse(operation, { noLocation: true }), {
    Field: (field) => {
      const stands = hidden.get(field.name.value);
      if (!stands) return undefined;
      changed = true;
      return {
        ...field,
        alias: field.alias ?? field.name,
        name: { ...field.name, value: stands.field },
        arguments: stands.arguments,
      } satisfies FieldNode;
    },
  });
  return changed ? stripIgnoredCharacters(print(document)) : operation;
}

/** Several fetches where one representation would need two values under one name. */
function apart(fetch: FetchNode, supergraph: Supergraph): FetchNode[] {
  const requires = fetch.requires ?? [];
  if (!hasConflict(requires)) return [fetch];
  const document = parse(fetch.operation, { noLocation: true });
  const groups: { hidden: Set<string>; fields: Set<string> }[] = [];
  for (const [type, field] of entityFields(document)) {
    const needs = supergraph.requiredBy.get(`${type}.${field.name.value}`) ?? new Set<string>();
    let group = groups.find(
      ({ hidden }) => !hasConflict(withoutHidden(requires, supergraph, new Set([...hidden, ...needs]))),
    );
    if (!group) {
      group = { hidden: new Set(), fields: new Set() };
      groups.push(group);
    }
    for (const name of needs) group.hidden.add(name);
    group.fields.add(responseKey(type, field));
  }
  return groups.map(({ hidden, fields }) => {
    const operation = onlyFields(document, fields);
    const variables = new Set<string>();
    visit(operation, { Variable: ({ name }) => void variables.add(name.value) });
    return {
      ...fetch,
      operation: stripIgnoredCharacters(print(operation)),
      variables: fetch.variables.filter((name) => variables.has(name)),
      requires: withoutHidden(requires, supergraph, hidden),
    };
  });
}

const responseKey = (type: string, field: FieldNode) => `${type}.${(field.alias ?? field.name).value}`;

/** Whether two values would stand under one name. */
function hasConflict(requirements: readonly Requirement[]): boolean {
  const sources = new Map<string, string>();
  const visitLevel = (level: readonly Requirement[], type: string | null): boolean =>
    level.some((each) => {
      if (each.kind === 'Fragment') return visitLevel(each.selections, each.type ?? type);
      const place = `${type}.${each.to}`;
      const known = sources.get(place);
      sources.set(place, each.from);
      return (known !== undefined && known !== each.from) || hasConflict(each.selections ?? []);
    });
  return visitLevel(requirements, null);
}

function withoutHidden(
  requirements: Requirement[],
  supergraph: Supergraph,
  wanted: Set<string>,
): Requirement[] {
  return requirements
    .filter((each) => each.kind === 'Fragment' || !supergraph.hidden.has(each.from) || wanted.has(each.from))
    .map((each) =>
      each.selections ? { ...each, selections: withoutHidden(each.selections, supergraph, wanted) } : each,
    );
}

/** The fields that the fetch asks of each entity, with the type of the fragment they stand in. */
function* entityFields(document: DocumentNode): Generator<[type: string, field: FieldNode]> {
  function* inside(selectionSet: SelectionSetNode, type: string): Generator<[string, FieldNode]> {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) yield [type, selection];
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        yield* inside(selection.selectionSet, selection.typeCondition?.name.value ?? type);
    }
  }
  const entities = entitiesField(document);
  if (entities?.selectionSet) yield* inside(entities.selectionSet, '');
}

function entitiesField(document: DocumentNode): FieldNode | undefined {
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION)
      for (const selection of definition.selectionSet.selections)
        if (selection.kind === Kind.FIELD && selection.name.value === '_entities') return selection;
  return undefined;
}

function onlyFields(document: DocumentNode, fields: Set<string>): DocumentNode {
  const filter = (selectionSet: SelectionSetNode, type: string): SelectionSetNode => {
    const selections: SelectionNode[] = [];
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        if (fields.has(responseKey(type, selection))) selections.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = filter(selection.selectionSet, selection.typeCondition?.name.value ?? type);
        if (inner.selections.length) selections.push({ ...selection, selectionSet: inner });
      }
    }
    return { ...selectionSet, selections };
  };
  const entities = entitiesField(document);
  const narrowed = visit(document, {
    Field: (field) =>
      field === entities && field.selectionSet
        ? { ...field, selectionSet: filter(field.selectionSet, '') }
        : undefined,
  });
  const used = new Set<string>();
  for (const definition of narrowed.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION)
      visit(definition.selectionSet, { Variable: ({ name }) => void used.add(name.value) });
  return visit(narrowed, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
}
