// What a supergraph's @join__ directives say.
import { type ConstDirectiveNode, type DocumentNode, Kind, parse } from 'graphql';

/** By the supergraph's name for a subgraph, its own. */
export function subgraphNames(document: DocumentNode): Map<string, string> {
  const names = new Map<string, string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { name, directives } of definition.values ?? []) {
      const graph = directives?.find((directive) => directive.name.value === 'join__graph');
      const subgraph = argumentOf(graph, 'name');
      if (subgraph !== null) names.set(name.value, subgraph);
    }
  }
  return names;
}

/** By subgraph and type, the keys by which objects can be fetched there: the outermost fields of each. */
export function keysOf(document: DocumentNode): Record<string, Record<string, string[][]>> {
  const names = subgraphNames(document);
  const keys: Record<string, Record<string, string[][]>> = {};
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
      continue;
    for (const directive of definition.directives ?? []) {
      const key = directive.name.value === 'join__type' ? argumentOf(directive, 'key') : null;
      const subgraph = names.get(argumentOf(directive, 'graph') ?? '');
      if (key === null || subgraph === undefined) continue;
      keys[subgraph] ??= {};
      const ofType = keys[subgraph];
      ofType[definition.name.value] = [...(ofType[definition.name.value] ?? []), outermost(key)];
    }
  }
  return keys;
}

export function argumentOf(directive: ConstDirectiveNode | undefined, argument: string): string | null {
  const value = directive?.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : null;
}

function outermost(key: string): string[] {
  const [operation] = parse(`{ ${key} }`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  return operation.selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? selection.name.value : [],
  );
}
