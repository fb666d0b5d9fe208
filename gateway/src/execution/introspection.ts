// What an operation asks of the schema itself, as a query of its own: the same text wherever the same is asked.
import type { Fragments } from '@district-graph/kit/operation/collect-fields';
import {
  type DefinitionNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  visit,
} from 'graphql';

export interface Introspection {
  query: string;
  variables: Readonly<Record<string, unknown>>;
  /** The client's response names of its fields, in their order. */
  names: readonly string[];
}

/** `fields` are `__schema` and `__type`, by response name; `values` the coerced variables. */
export function introspectionOf(
  fields: ReadonlyMap<string, readonly [FieldNode, ...FieldNode[]]>,
  { variableDefinitions }: OperationDefinitionNode,
  fragments: Fragments,
  values: Readonly<Record<string, unknown>>,
): Introspection {
  // Whatever the client calls them, they are asked for by number.
  const selections = [...fields.values()].flatMap((nodes, index) =>
    nodes.map((node): FieldNode => ({ ...node, alias: { kind: Kind.NAME, value: `_${index}` } })),
  );
  const spread = new Map<string, FragmentDefinitionNode>();
  const used = new Set<string>();
  const gather = (node: FieldNode | FragmentDefinitionNode): void => {
    visit(node, {
      Variable: ({ name }) => void used.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (!fragment || spread.has(name.value)) return;
        spread.set(name.value, fragment);
        gather(fragment);
      },
    });
  };
  for (const field of selections) gather(field);
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)),
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  const definitions: DefinitionNode[] = [operation, ...spread.values()];
  return {
    query: definitions.map(print).join(' '),
    variables: Object.fromEntries([...used].map((name) => [name, values[name]])),
    names: [...fields.keys()],
  };
}
