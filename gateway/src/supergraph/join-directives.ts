// What a supergraph's @join__ directives say.
import { type ConstDirectiveNode, type DocumentNode, type FieldNode, Kind, parse } from 'graphql';

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

/**
 * By `Type.field`, the fields with selections that its @requires take of the same object, those of what is required among
 * them; by type, those that its keys take. One with arguments has a name of its own there.
 */
export function objectsTaken(document: DocumentNode): Record<string, string[]> {
  const taken: Record<string, string[]> = {};
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const required = new Map<string, FieldNode[]>();
    for (const { name, directives = [] } of definition.fields ?? [])
      required.set(
        name.value,
        directives.flatMap((each) => selected(argumentOf(each, 'requires'))),
      );
    const take = (field: string, seen: Set<string>): string[] => {
      if (seen.has(field)) return [];
      seen.add(field);
      return (required.get(field) ?? []).flatMap((each) => [
        ...objectOf(each),
        ...take(each.name.value, seen),
      ]);
    };
    const type = definition.name.value;
    const ofKeys = (definition.directives ?? []).flatMap((each) => selected(argumentOf(each, 'key')));
    taken[type] = ofKeys.flatMap(objectOf);
    for (const field of required.keys()) taken[`${type}.${field}`] = take(field, new Set());
  }
  return Object.fromEntries(Object.entries(taken).filter(([, names]) => names.length > 0));
}

const objectOf = ({ name, selectionSet, arguments: args }: FieldNode): string[] =>
  selectionSet && !args?.length ? [name.value] : [];

export function argumentOf(directive: ConstDirectiveNode | undefined, argument: string): string | null {
  const value = directive?.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : null;
}

const outermost = (key: string): string[] => selected(key).map(({ name }) => name.value);

/** The outermost fields of a selection as directives write it. */
function selected(text: string | null): FieldNode[] {
  if (text === null) return [];
  const [operation] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  return operation.selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD);
}
