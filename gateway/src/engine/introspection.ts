// The introspection fields of an operation as a query of their own. Equal introspections have equal texts, so results can be cached.
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
  /** The response names of its fields, in their order. */
  names: readonly string[];
}

/** `fields` are `__schema` and `__type` by response name, `values` the coerced variables. */
export function introspectionOf(
  fields: ReadonlyMap<string, readonly [FieldNode, ...FieldNode[]]>,
  { variableDefinitions }: OperationDefinitionNode,
  fragments: Fragments,
  values: Readonly<Record<string, unknown>>,
): Introspection {
  // Aliases are replaced by numbers, since clients choose any.
  const selections = [...fields.values()].flatMap((nodes, index) =>
    nodes.map((node): FieldNode => ({ ...node, alias: { kind: Kind.NAME, value: `_${index}` } })),
  );
  const fragmentsUsed = new Map<string, FragmentDefinitionNode>();
  const variablesUsed = new Set<string>();
  const collect = (node: FieldNode | FragmentDefinitionNode): void => {
    visit(node, {
      Variable: ({ name }) => void variablesUsed.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (!fragment || fragmentsUsed.has(name.value)) return;
        fragmentsUsed.set(name.value, fragment);
        collect(fragment);
      },
    });
  };
  for (const field of selections) collect(field);
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: variableDefinitions?.filter(({ variable }) =>
      variablesUsed.has(variable.name.value),
    ),
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  const definitions: DefinitionNode[] = [operation, ...fragmentsUsed.values()];
  return {
    query: definitions.map(print).join(' '),
    variables: Object.fromEntries([...variablesUsed].map((name) => [name, values[name]])),
    names: [...fields.keys()],
  };
}
