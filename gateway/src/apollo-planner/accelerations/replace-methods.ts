// Replaces methods of a class of Apollo's planner, such that they can be put back.
import type * as queryGraphs from '@apollo/query-graphs';

/** The module whose classes are corrected. */
export type QueryGraphs = typeof queryGraphs;

/** Puts the original methods back. */
export type Restore = () => void;

/** A property of the class may be absent before: the planner's corrected text calls such methods where they are present. */
export function replaceMethods<Methods extends object>(target: object, methods: Methods): Restore {
  const names = Object.keys(methods);
  const originals = names.map((name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const);
  Object.assign(target, methods);
  return () => {
    for (const [name, original] of originals) {
      if (original) Object.defineProperty(target, name, original);
      else Reflect.deleteProperty(target, name);
    }
  };
}
