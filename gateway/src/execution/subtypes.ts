// The type names that satisfy a fragment, according to the supergraph.
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';

export class Subtypes {
  #byAbstractType: Map<string, Set<string>>;
  #abstractTypenames: Set<string>;

  constructor({ subtypes }: SupergraphMetadata) {
    this.#byAbstractType = new Map(Object.entries(subtypes).map(([name, names]) => [name, new Set(names)]));
    this.#abstractTypenames = new Set(Object.keys(subtypes).map((name) => `"${name}"`));
  }

  satisfies = (type: string, condition: string): boolean =>
    type === condition || this.#byAbstractType.get(condition)?.has(type) === true;

  /**
   * Takes a `__typename` as JSON text, as merged objects have it. An interface object has the name of the interface, which says
   * less than the name of an object type.
   */
  isAbstract = (typename: string): boolean => this.#abstractTypenames.has(typename);
}
