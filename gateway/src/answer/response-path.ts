// Where in the client's operation something belongs that happened at a place of the gathered data.
import { type FieldNode, getLocation } from 'graphql';
import type { ResponsePosition } from '../planning/response-positions.ts';

export type ResponsePath = (string | number)[];

export interface ClientPlace {
  path: ResponsePath;
  locations: { line: number; column: number }[];
}

/**
 * Follows gathered names through the client's operation. Stops before a name that the client did not ask for, such as
 * a key: what failed there is told at the object that needed it.
 */
export function clientPlace(gathered: readonly (string | number)[], root: ResponsePosition): ClientPlace {
  let positions: readonly ResponsePosition[] = [root];
  const path: ResponsePath = [];
  let node: FieldNode | null = null;
  for (const step of gathered) {
    if (typeof step === 'number') {
      path.push(step);
      continue;
    }
    const found = positions.flatMap((position) => [...position.fieldsGathered(step)]);
    const [first] = found;
    if (!first) break;
    [node] = first.nodes;
    path.push((node.alias ?? node.name).value);
    positions = [...new Set(found.flatMap(({ inside }) => inside ?? []))];
  }
  return { path, locations: node ? locationOf(node) : [] };
}

/**
 * How many steps of a path lead to where something is missing, or null where nothing is. What was not asked of this object
 * was fetched for something else of it: that is missed where the object has a null.
 */
export function stepsToLoss(data: unknown, path: ResponsePath): number | null {
  let value = data;
  for (const [index, step] of path.entries()) {
    if (value === null) return path.length;
    if (typeof value !== 'object') return null;
    if (!Object.hasOwn(value as object, step))
      return typeof step === 'string' && Object.values(value as object).includes(null) ? index : null;
    value = (value as Record<string | number, unknown>)[step];
  }
  // A value that another subgraph gave after all is not missed.
  return value === null || typeof value === 'object' ? path.length : null;
}

/** How many steps of a path there are in the data. */
export function stepsInto(data: unknown, path: ResponsePath): number {
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
