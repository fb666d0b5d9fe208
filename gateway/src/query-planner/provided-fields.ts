// What fields with @provides provide of the objects that they return.
import { NotPlain } from './not-plain.ts';
import type { IndexedField, KeyField, SubgraphSet } from './supergraph-index.ts';

/** By subgraph, what a field with @provides provides of the objects. */
export type Provided = ReadonlyMap<number, readonly KeyField[]>;
export const noneProvided: Provided = new Map();

/** The subgraphs that resolve the field only of objects of which it is provided. */
export function providersOf(name: string, { resolvers }: IndexedField, provided: Provided): SubgraphSet {
  let providers = 0;
  for (const [subgraph, fields] of provided)
    if (!((resolvers >> subgraph) & 1) && fields.some((each) => each.name === name))
      providers |= 1 << subgraph;
  return providers;
}

/** What the field's own @provides and those around it provide of its objects. */
export function providedBelow(
  name: string,
  { provides, resolvers }: IndexedField,
  provided: Provided,
): Provided {
  if (provided.size === 0) return provides;
  const below = new Map(provides);
  for (const [subgraph, fields] of provided) {
    const inner = fields.find((each) => each.name === name)?.selections;
    if (!inner) continue;
    // Whether it is provided would depend on how the object around it was fetched.
    if ((resolvers >> subgraph) & 1) throw new NotPlain();
    below.set(subgraph, [...(below.get(subgraph) ?? []), ...inner]);
  }
  return below;
}
