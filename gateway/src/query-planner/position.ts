// A position of an operation: the fields that are selected of one object, and the subgraphs that resolve them.
import type { IndexedField, IndexedType, SubgraphSet } from './supergraph-index.ts';

export interface Position {
  type: IndexedType;
  isRoot: boolean;
  /** In the order of the operation. */
  fields: readonly SelectedField[];
  /** Those without selections of their own to plan. */
  leaves: readonly SelectedField[];
  /** Those whose objects have a position of their own, and fragments. */
  parents: readonly SelectedField[];
  /** The sets of subgraphs of which one is needed each. */
  needs: readonly Pick<SelectedField, 'resolvers' | 'providedBy'>[];
  /** Subgraphs that alone resolve a field. */
  required: SubgraphSet;
  /** Subgraphs that resolve a field here, and something below it if one does. */
  useful: SubgraphSet;
}

export interface SelectedField {
  /** Its text in an operation, up to its selections. Of a leaf with selections, these too. */
  head: string;
  /** Its name in the merged result. */
  mergedName: string;
  /** The variables in its text. */
  variables: readonly string[];
  resolvers: SubgraphSet;
  /** Subgraphs that resolve it only of objects that a field with @provides returns. */
  providedBy: SubgraphSet;
  field: IndexedField | null;
  isFragment: boolean;
  child: Position | null;
}

export const typenameField: SelectedField = {
  head: '__typename',
  mergedName: '__typename',
  variables: [],
  resolvers: 0,
  providedBy: 0,
  field: null,
  isFragment: false,
  child: null,
};

export const fragmentOn = (name: string, resolvers: SubgraphSet, child: Position): SelectedField => ({
  ...typenameField,
  head: `...on ${name}`,
  mergedName: '',
  resolvers,
  isFragment: true,
  child,
});

export const isSingle = (set: SubgraphSet): boolean => (set & (set - 1)) === 0;

export function positionOf(type: IndexedType, fields: readonly SelectedField[], isRoot: boolean): Position {
  let required = 0;
  let useful = 0;
  for (const { resolvers, providedBy, child } of fields) {
    const any = resolvers | providedBy;
    if (providedBy === 0 && isSingle(resolvers)) required |= resolvers;
    // Where no subgraph resolves more than the field itself, each is as useful.
    useful |= (child && any & child.useful) || any;
  }
  // A subgraph that alone resolves a field can be reached by no key of the others: what has its keys is useful too.
  for (const sources of keySources(type, required)) if ((sources & useful) === 0) useful |= sources;
  return {
    type,
    isRoot,
    fields,
    leaves: fields.filter(({ child }) => !child),
    parents: fields.filter(({ child }) => child),
    needs: needsOf(fields),
    required,
    useful,
  };
}

/** For each of the subgraphs that has keys, the others that have one of its keys. */
function* keySources({ keys }: IndexedType, subgraphs: SubgraphSet): Iterable<SubgraphSet> {
  for (let left = subgraphs; left !== 0; left &= left - 1) {
    const subgraph = 31 - Math.clz32(left & -left);
    let sources = 0;
    for (const key of keys) if (key.subgraph === subgraph) sources |= key.sources;
    if (sources !== 0) yield sources & ~(1 << subgraph);
  }
}

/** A need that contains another one is met with it. */
function needsOf(fields: readonly SelectedField[]): Position['needs'] {
  const distinct = new Map(
    fields.map(({ resolvers, providedBy }) => [`${resolvers} ${providedBy}`, { resolvers, providedBy }]),
  );
  const all = [...distinct.values()];
  return all.filter(
    (need) =>
      need.providedBy !== 0 ||
      !all.some(
        (other) =>
          other !== need &&
          other.providedBy === 0 &&
          other.resolvers !== need.resolvers &&
          (other.resolvers & need.resolvers) === other.resolvers,
      ),
  );
}
