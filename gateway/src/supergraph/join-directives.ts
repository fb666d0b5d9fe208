// Reads the @join__ directives of a supergraph.
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

/** The names of the subgraphs, by their values in the enum `join__Graph`. */
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

/** The subgraphs of a supergraph, with their addresses. Throws for a text that is not GraphQL. */
export const subgraphsOf = (sdl: string): { name: string; url: string }[] =>
  parse(sdl, { noLocation: true }).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') return [];
    return (definition.values ?? []).flatMap(({ directives }) => {
      const graph = directives?.find((directive) => directive.name.value === 'join__graph');
      const name = argumentOf(graph, 'name');
      return name === null ? [] : { name, url: argumentOf(graph, 'url') ?? '' };
    });
  });

/** By subgraph and type, the keys by which entities can be fetched: the top-level fields of each. */
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
      ofType[definition.name.value] = [...(ofType[definition.name.value] ?? []), topLevelFields(key)];
    }
  }
  return keys;
}

/**
 * The fields with selections that the planner adds to operations under their own names: by `Type.field`, those that its @requires selects of
 * the same object, also those that the required fields require; by type, those that its keys select. Fields with arguments are left out, since
 * they have names of their own there.
 */
export function plannerSelections(document: DocumentNode): Record<string, string[]> {
  const selections: Record<string, string[]> = {};
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const required = new Map<string, FieldNode[]>();
    for (const { name, directives = [] } of definition.fields ?? [])
      required.set(
        name.value,
        directives.flatMap((each) => fieldsIn(argumentOf(each, 'requires'))),
      );
    const requiredBy = (field: string, seen: Set<string>): string[] => {
      if (seen.has(field)) return [];
      seen.add(field);
      return (required.get(field) ?? []).flatMap((each) => [
        ...objectField(each),
        ...requiredBy(each.name.value, seen),
      ]);
    };
    const type = definition.name.value;
    const ofKeys = (definition.directives ?? []).flatMap((each) => fieldsIn(argumentOf(each, 'key')));
    selections[type] = ofKeys.flatMap(objectField);
    for (const field of required.keys()) selections[`${type}.${field}`] = requiredBy(field, new Set());
  }
  return Object.fromEntries(Object.entries(selections).filter(([, names]) => names.length > 0));
}

const objectField = ({ name, selectionSet, arguments: args }: FieldNode): string[] =>
  selectionSet && !args?.length ? [name.value] : [];

export const directivesOf = (
  { directives = [] }: { directives?: readonly ConstDirectiveNode[] },
  name: string,
): ConstDirectiveNode[] => directives.filter((each) => each.name.value === name);

/** The text of a string or enum value; null where there is none. */
export function argumentOf(directive: ConstDirectiveNode | undefined, argument: string): string | null {
  const value = directive?.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : null;
}

export const hasFlag = (
  { arguments: args }: ConstDirectiveNode,
  argument: string,
  expected: boolean,
): boolean =>
  args?.some(
    ({ name, value }) => name.value === argument && value.kind === Kind.BOOLEAN && value.value === expected,
  ) === true;

/** The name of the type without lists and non-null. */
export const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);

/** The selection set in a directive's argument. */
export function selectionSetIn(text: string): SelectionSetNode {
  const [operation] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`no selection set: ${text}`);
  return operation.selectionSet;
}

const topLevelFields = (key: string): string[] => fieldsIn(key).map(({ name }) => name.value);

/** The top-level fields of a selection set in a directive's argument. */
function fieldsIn(text: string | null): FieldNode[] {
  const selections = text === null ? [] : selectionSetIn(text).selections;
  return selections.filter((selection) => selection.kind === Kind.FIELD);
}
