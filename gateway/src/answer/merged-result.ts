// The merged result of an operation: what all fetches of its query plan returned, before the client's response is written.
import { entriesOf, membersOf } from './json-text.ts';

/**
 * An object of a shape, a list, null, or a leaf as the JSON text it was received as (latin1). A field that no subgraph has
 * returned is undefined.
 */
export type MergedValue = MergedObject | MergedValue[] | string | null | undefined;

/**
 * One entity is one object, even where it occurs at many response paths. Beside its fields an object has five internal
 * properties: `$walk`, the number of the last traversal that visited it; `$by` and `$at`, the writer of its text and the index of that
 * text; `$shape`, the reader that made it; and `$absent`, the names of fields that are unknown because their subgraph has no
 * such entity. GraphQL names contain no dollar sign, so these cannot collide with fields.
 */
export interface MergedObject {
  [mergedName: string]: MergedValue;
}

interface AbsenceMark {
  $absent?: ReadonlySet<string> | null;
}

/** Records that a subgraph has no such entity: the fields requested from it are not lost, they do not exist. */
export function markAbsent(object: MergedObject, names: ReadonlySet<string>): void {
  const marked: AbsenceMark = object as object;
  const { $absent: known } = marked;
  marked.$absent = known && known !== names ? new Set([...known, ...names]) : names;
}

export const isAbsent = (object: MergedObject, name: string): boolean =>
  (object as AbsenceMark).$absent?.has(name) === true;

/** The value at a path of names and indexes; undefined where the path does not exist. */
export function valueAt(value: MergedValue, path: readonly (string | number)[]): MergedValue {
  let current = value;
  for (const step of path) {
    // A list or an object of leaves is kept as one piece of JSON.
    if (typeof current === 'string')
      current = current.startsWith('[')
        ? entriesOf(current)
        : current.startsWith('{')
          ? membersOf(current)
          : null;
    if (!current) return undefined;
    current = Array.isArray(current) ? current[Number(step)] : current[step];
  }
  return current;
}
