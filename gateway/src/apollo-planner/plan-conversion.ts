// Converts the plans of Apollo's planner: hidden fields are expanded, and fetches whose requirements conflict are split.
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
import type { FetchNode, PlanNode, Requirement, Rewrite } from '../query-planner/query-plan.ts';
import type { PlannedSupergraph } from '../supergraph/supergraph-rewrites.ts';

export function convertPlan(node: PlannersNode, supergraph: Supergraph, path: string[] = []): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { kind: node.kind, nodes: node.nodes.map((child) => convertPlan(child, supergraph, path)) };
    case 'Flatten':
      return convertPlan(node.node, supergraph, [...path, ...node.path.map(String)]);
    case 'Fetch':
      return fetchNode(node, supergraph, path);
    default:
      throw new Error(`unknown kind of plan node: ${node.kind}`);
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
    keyOnly: null,
    inputRewrites: rewrites(node.inputRewrites),
    outputRewrites: rewrites(node.outputRewrites),
  };
  const fetches = supergraph.hidden.size ? splitConflicts(fetch, supergraph) : [fetch];
  const nodes = fetches.map((each): FetchNode => {
    const keyOnly = keyOnlyPart(each, supergraph);
    return {
      ...each,
      operation: withoutHiddenFields(each.operation, supergraph),
      keyOnly: keyOnly && { ...keyOnly, operation: withoutHiddenFields(keyOnly.operation, supergraph) },
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

/** The fields of a fetch that need nothing but the key: those that are not computed from other fields. */
function keyOnlyPart(fetch: FetchNode, { computed, keyFields }: Supergraph): FetchNode['keyOnly'] {
  if (!fetch.requires) return null;
  const document = parse(fetch.operation, { noLocation: true });
  const fields = [...entityFields(document)];
  const plain = fields.filter(([type, { name }]) => !computed.has(`${fetch.subgraph} ${type}.${name.value}`));
  const isNothing = plain.every(([, { name }]) => name.value === '__typename');
  if (isNothing || plain.length === fields.length) return null;
  const operation = onlyFields(document, new Set(plain.map(([type, field]) => responseKey(type, field))));
  const keys = keyFields.get(fetch.subgraph) ?? new Set();
  const ofKeys = (requirements: readonly Requirement[]): Requirement[] =>
    requirements.flatMap((each): Requirement[] => {
      if (each.kind === 'Fragment') return [{ ...each, selections: ofKeys(each.selections) }];
      return each.to === '__typename' || keys.has(each.to) ? [each] : [];
    });
  return { ...printed(operation, fetch), requires: ofKeys(fetch.requires) };
}

/** A part of a fetch's operation, with the variables that it uses. */
function printed(part: DocumentNode, fetch: FetchNode): Pick<FetchNode, 'operation' | 'variables'> {
  const used = new Set<string>();
  visit(part, { Variable: ({ name }) => void used.add(name.value) });
  return {
    operation: stripIgnoredCharacters(print(part)),
    variables: fetch.variables.filter((name) => used.has(name)),
  };
}

/** Replaces each hidden field by the field with arguments that it stands for. */
function withoutHiddenFields(operation: string, { hidden }: Supergraph): string {
  let changed = false;
  const document = visit(parse(operation, { noLocation: true }), {
    Field: (field) => {
      const original = hidden.get(field.name.value);
      if (!original) return undefined;
      changed = true;
      return {
        ...field,
        alias: field.alias ?? field.name,
        name: { ...field.name, value: original.field },
        arguments: original.arguments,
      } satisfies FieldNode;
    },
  });
  return changed ? stripIgnoredCharacters(print(document)) : operation;
}

/** Splits a fetch where one representation would need two values under one name. */
function splitConflicts(fetch: FetchNode, supergraph: Supergraph): FetchNode[] {
  const requires = fetch.requires ?? [];
  if (!hasConflict(requires)) return [fetch];
  const document = parse(fetch.operation, { noLocation: true });
  const groups: { hidden: Set<string>; fields: Set<string> }[] = [];
  for (const [type, field] of entityFields(document)) {
    const needs = supergraph.requiredBy.get(`${type}.${field.name.value}`) ?? new Set<string>();
    let group = groups.find(
      ({ hidden }) => !hasConflict(requirementsWith(requires, supergraph, new Set([...hidden, ...needs]))),
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
    return {
      ...fetch,
      ...printed(operation, fetch),
      requires: requirementsWith(requires, supergraph, hidden),
    };
  });
}

const responseKey = (type: string, field: FieldNode) => `${type}.${(field.alias ?? field.name).value}`;

/** Whether two values would have one name. */
function hasConflict(requirements: readonly Requirement[]): boolean {
  const sources = new Map<string, string>();
  const visitLevel = (level: readonly Requirement[], type: string | null): boolean =>
    level.some((each) => {
      if (each.kind === 'Fragment') return visitLevel(each.selections, each.type ?? type);
      const coordinate = `${type}.${each.to}`;
      const known = sources.get(coordinate);
      sources.set(coordinate, each.from);
      return (known !== undefined && known !== each.from) || hasConflict(each.selections ?? []);
    });
  return visitLevel(requirements, null);
}

/** The requirements without the hidden fields that are not `needed`. */
function requirementsWith(
  requirements: Requirement[],
  supergraph: Supergraph,
  needed: Set<string>,
): Requirement[] {
  return requirements
    .filter((each) => each.kind === 'Fragment' || !supergraph.hidden.has(each.from) || needed.has(each.from))
    .map((each) =>
      each.selections ? { ...each, selections: requirementsWith(each.selections, supergraph, needed) } : each,
    );
}

/** The fields that the fetch selects of entities, with the type condition of the fragment around each. */
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
  const variablesUsed = new Set<string>();
  for (const definition of narrowed.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION)
      visit(definition.selectionSet, { Variable: ({ name }) => void variablesUsed.add(name.value) });
  return visit(narrowed, {
    VariableDefinition: ({ variable }) => (variablesUsed.has(variable.name.value) ? undefined : null),
  });
}
