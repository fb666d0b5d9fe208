// Who owns types and fields: read from the directives that composition leaves.
import { type GraphQLField, type GraphQLNamedType, isInterfaceType, isObjectType } from 'graphql';
import { directivesOf, type Graph } from './graph.ts';

const namesOf = (values: readonly unknown[], { subgraphOf }: Graph): string[] =>
  [...new Set(values.filter((value) => typeof value === 'string').map(subgraphOf))].sort();

export interface Ownership {
  owners: readonly string[];
  contributors: readonly string[];
  keys: readonly string[];
}

/** The owner of an entity is the subgraph that resolves most of its fields; the others contribute. */
export function ownershipOf(type: GraphQLNamedType, graph: Graph): Ownership {
  const uses = directivesOf(type.astNode, 'join__type');
  const all = namesOf(
    uses.map((use) => use.graph),
    graph,
  );
  const keyed = uses.filter(({ key }) => typeof key === 'string');
  if (!(isObjectType(type) || isInterfaceType(type)) || keyed.length === 0)
    return { owners: all, contributors: [], keys: [] };
  const counts = new Map(all.map((name) => [name, 0]));
  const references = new Set(
    namesOf(
      uses
        .filter((use) => use.isInterfaceObject === true || use.resolvable === false)
        .map((use) => use.graph),
      graph,
    ),
  );
  const contributors = new Set<string>();
  for (const field of Object.values(type.getFields())) {
    const owners = fieldOwnersOf(type, field, graph);
    if (owners.length !== 1) continue;
    for (const owner of owners) {
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
      contributors.add(owner);
    }
  }
  const [owner] = [...counts].sort(
    ([a, m], [b, n]) => Number(references.has(a)) - Number(references.has(b)) || n - m,
  )[0] ?? [''];
  return {
    owners: [owner],
    contributors: [...contributors].filter((name) => name !== owner).sort(),
    keys: [...new Set(keyed.map(({ key }) => String(key)))],
  };
}

/** The subgraphs that resolve a field. Of one that types have from their interface, those of the interface. */
export function fieldOwnersOf(
  type: GraphQLNamedType,
  field: GraphQLField<unknown, unknown>,
  graph: Graph,
): readonly string[] {
  const uses = directivesOf(field.astNode, 'join__field');
  const resolving = uses.filter(({ external }) => external !== true).map((use) => use.graph);
  const named = namesOf(resolving, graph);
  if (named.length) return named;
  if (uses.length && isObjectType(type))
    for (const parent of type.getInterfaces()) {
      const inherited = parent.getFields()[field.name];
      if (inherited) return fieldOwnersOf(parent, inherited, graph);
    }
  return namesOf(
    directivesOf(type.astNode, 'join__type')
      .filter((use) => use.isInterfaceObject !== true)
      .map((use) => use.graph),
    graph,
  );
}
