// Maps paths in the merged result to paths in the client's response.
import { type FieldNode, getLocation } from 'graphql';
import type { ResponsePosition } from '../planning/response-positions.ts';

/** Stands for every entry of a list in the path of a fetch. */
const everyEntry = '@';

/** Response names and list indexes, from the root of the response. */
export type ResponsePath = (string | number)[];

export interface ResponseLocation {
  path: ResponsePath;
  locations: { line: number; column: number }[];
}

/**
 * Follows merged names through the client's operation. Stops before a name that the client did not select, such as a key
 * field: its error is reported at the object that needed it.
 */
export function responseLocation(
  mergedPath: readonly (string | number)[],
  root: ResponsePosition,
): ResponseLocation {
  let positions: readonly ResponsePosition[] = [root];
  const path: ResponsePath = [];
  let node: FieldNode | null = null;
  for (const step of mergedPath) {
    if (typeof step === 'number' || step === everyEntry) {
      path.push(step);
      continue;
    }
    const fields = positions.flatMap((position) => [...position.fieldsMergedAs(step)]);
    const [first] = fields;
    if (!first) break;
    [node] = first.nodes;
    path.push((node.alias ?? node.name).value);
    positions = [...new Set(fields.flatMap(({ child }) => child ?? []))];
  }
  return { path, locations: node ? locationOf(node) : [] };
}

/** The response path of a fetch's path in merged names. */
export const responsePathOf = (mergedPath: readonly string[], root: ResponsePosition): ResponsePath =>
  responseLocation(mergedPath, root).path;

/**
 * How many steps of a path lead to the value that an error made null, or null where nothing is missing. A field that the client
 * did not select of this object was fetched for another field of it: the error counts where the object has a null.
 */
export function lengthToNull(data: unknown, path: ResponsePath): number | null {
  let value = data;
  for (const [index, step] of path.entries()) {
    if (value === null) return path.length;
    if (typeof value !== 'object') return null;
    if (!Object.hasOwn(value as object, step))
      return typeof step === 'string' && Object.values(value as object).includes(null) ? index : null;
    value = (value as Record<string | number, unknown>)[step];
  }
  // A leaf that another subgraph returned after all is not missing.
  return value === null || typeof value === 'object' ? path.length : null;
}

/** How many steps of a path exist in the data. */
export function lengthInData(data: unknown, path: ResponsePath): number {
  let value = data;
  for (const [index, step] of path.entries()) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return index;
    value = (value as Record<string | number, unknown>)[step];
  }
  return path.length;
}

function locationOf(field: FieldNode): { line: number; column: number }[] {
  return field.loc ? [getLocation(field.loc.source, field.loc.start)] : [];
}
