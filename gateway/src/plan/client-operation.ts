// The operation as it is planned: the client's, with names that cannot collide with what the planner adds.
import { isIntrospection } from '@district-graph/kit/valid-operation';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** Written by the planner into every fetch of entities. */
const plannersVariable = 'representations';

/** The response name under which a field's value lies in the gathered data. */
export function gatheredName(field: FieldNode, prefix: string): string {
  const { name, alias } = field;
  if (name.value === '__typename') return '__typename';
  if ((alias && alias.value !== name.value) || field.arguments?.length) return prefix + (alias ?? name).value;
  return name.value;
}

/** The name under which a client's variable goes to the subgraphs. */
export const sentVariable = (name: string, prefix: string) =>
  name === plannersVariable ? prefix + name : name;

/**
 * The one operation with the fragments it uses. Fields with an alias or arguments get a response name of their own, so
 * that none hides a key or a required field; `__typename` is asked for under its own name; introspection is left out.
 */
export function operationToPlan(
  document: DocumentNode,
  operationName: string | null,
  prefix: string,
): DocumentNode {
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (operationName === null || definition.name?.value === operationName),
  );
  if (!operation) throw new Error('the document has no such operation');
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const used = new Set<string>();
  const collect = (selectionSet: SelectionSetNode): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        if (used.has(name)) continue;
        used.add(name);
        const fragment = fragments.get(name);
        if (fragment) collect(fragment.selectionSet);
      } else if (selection.selectionSet) collect(selection.selectionSet);
    }
  };
  collect(operation.selectionSet);
  const definitions = [operation, ...[...fragments.values()].filter(({ name }) => used.has(name.value))];
  return visit({ kind: Kind.DOCUMENT, definitions } satisfies DocumentNode, {
    Field: (field) => {
      if (isIntrospection(field)) return { ...typename, directives: field.directives } satisfies FieldNode;
      const name = gatheredName(field, prefix);
      const alias = name === field.name.value ? undefined : { kind: Kind.NAME as const, value: name };
      return { ...field, alias };
    },
    SelectionSet: (selectionSet) =>
      // Whether the object is there is asked for even when all of its fields are left out.
      selectionSet.selections.every(({ directives }) => directives?.length)
        ? { ...selectionSet, selections: [typename, ...selectionSet.selections] }
        : undefined,
    Variable: (variable) => {
      const name = sentVariable(variable.name.value, prefix);
      return name === variable.name.value
        ? undefined
        : { ...variable, name: { ...variable.name, value: name } };
    },
  });
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
