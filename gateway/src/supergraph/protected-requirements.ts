// Refuses supergraphs in which a foreign subgraph requires protected fields: the gateway would send it values that no client asked for.
import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { argumentOf, directivesOf, namedType, selectionSetIn, subgraphNames } from './join-directives.ts';

type Types = ReadonlyMap<string, ObjectTypeDefinitionNode>;

/**
 * Throws for the first protected field that a field of these subgraphs requires, masked or not: they do not know the viewer, and
 * no access record would name them.
 */
export function checkRequirements(document: DocumentNode, subgraphs: readonly string[]): void {
  if (subgraphs.length === 0) return;
  const names = subgraphNames(document);
  const types: Types = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? [[definition.name.value, definition as ObjectTypeDefinitionNode] as const]
        : [],
    ),
  );
  for (const type of types.values())
    for (const field of type.fields ?? [])
      for (const directive of directivesOf(field, 'join__field')) {
        const subgraph = names.get(argumentOf(directive, 'graph') ?? '') ?? '';
        const required = argumentOf(directive, 'requires');
        if (required === null || !subgraphs.includes(subgraph)) continue;
        const [found] = protectedIn(selectionSetIn(required), type, types);
        const name = `${type.name.value}.${field.name.value}`;
        if (found)
          throw new Error(
            `${name}：外部子图 ${subgraph} 以 @requires 取用受保护的 ${found}。 ${name}: the foreign subgraph ${subgraph} requires ${found}, which is protected.`,
          );
      }
}

/** The protected fields in a selection, as `Type.field`. */
function protectedIn(
  { selections }: SelectionSetNode,
  type: ObjectTypeDefinitionNode | undefined,
  types: Types,
): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition, selectionSet } = selection;
      return protectedIn(selectionSet, typeCondition ? types.get(typeCondition.name.value) : type, types);
    }
    if (selection.kind !== Kind.FIELD) return [];
    const field = type?.fields?.find(({ name }) => name.value === selection.name.value);
    if (!type || !field) return [];
    const returned = types.get(namedType(field.type));
    const isProtected = [type, field, returned].some((node) => node && hasRule(node));
    return [
      ...(isProtected ? [`${type.name.value}.${field.name.value}`] : []),
      ...(selection.selectionSet ? protectedIn(selection.selectionSet, returned, types) : []),
    ];
  });
}

const hasRule = (node: ObjectTypeDefinitionNode | FieldDefinitionNode): boolean =>
  directivesOf(node, 'access').length > 0;
