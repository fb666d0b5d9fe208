// The errors of a subgraph's answer: at which places of the client's answer each of them is told, and what of it is shown.

import type { Answer, SubgraphError } from '../answer/read-answer.ts';
import { type MergedValue, valueAt, type Wanted } from '../answer/shapes.ts';
import type { FetchNode } from '../planning/query-plan.ts';
import type { Execution } from './execution.ts';
import { exposedExtensions } from './exposed-errors.ts';

/** Of one fetch, so that a thousand broken entities do not make a thousand errors. */
export const maxErrorsPerFetch = 100;
/** At how many root fields errors are told that name no place; the others that are lost are null for the same reasons. */
const maxUnplaced = 10;

/** Adds a subgraph's errors, at the places of the answer that they are about. */
export function reportSubgraphErrors(
  execution: Execution,
  fetch: FetchNode,
  wanted: Wanted,
  { data, errors }: Answer,
  failed: readonly string[][],
  placesOf: (index: number) => readonly (readonly (string | number)[])[],
): void {
  const exposed = exposedExtensions(execution.exposed, fetch.subgraph);
  let told = 0;
  let unplaced = 0;
  const isKnownRoot = ({ path }: SubgraphError) => Array.isArray(path) && wanted.fields.has(String(path[0]));
  const ofNoRoot = fetch.requires ? 0 : errors.filter((error) => !isKnownRoot(error)).length;
  for (const { message, path, extensions } of errors) {
    const steps = Array.isArray(path) ? (path as (string | number)[]) : [];
    const add = (at: readonly (string | number)[], isBeside: boolean, isQuiet = false): void => {
      if (told++ >= maxErrorsPerFetch) return;
      const error = {
        message: typeof message === 'string' ? message : '',
        extensions: { ...shown(extensions, exposed), service: fetch.subgraph },
      };
      execution.failures.push({ error, path: at, isBeside, isQuiet });
    };
    const isEntity = fetch.requires !== null && steps[0] === '_entities' && typeof steps[1] === 'number';
    const isKnown = fetch.requires ? isEntity : wanted.fields.has(String(steps[0]));
    if (!isKnown) {
      const lost = fetch.requires
        ? areWhole(data, wanted)
          ? []
          : failed
        : failed.filter(([name = '']) => fetch.path.length > 0 || !valueAt(data, [name]));
      // Each place has one of the errors that name none, and the last place those that are left.
      const index = unplaced++;
      for (const [at, place] of lost.entries())
        if (ofNoRoot < 2 || at % ofNoRoot === index || (at === lost.length - 1 && index > at))
          add(place, false, at >= maxUnplaced && index <= at);
      if (lost.length === 0) add([], true);
      continue;
    }
    const places = placesOf(isEntity ? Number(steps[1]) : 0);
    const rest = fetch.requires ? steps.slice(2) : steps;
    // Some servers tell an error and give a value all the same.
    const isBeside = typeof valueAt(data, fetch.requires ? steps.slice(1) : steps) === 'string';
    for (const place of places.length ? places : failed) add([...place, ...rest], isBeside);
  }
}

/** Whether nothing that was asked of entities is null, so that an error that names no place may be about nothing of it. */
const areWhole = (entities: MergedValue, { fields }: Wanted): boolean =>
  Array.isArray(entities) &&
  entities.every(
    (entity) =>
      entity &&
      typeof entity === 'object' &&
      [...fields.values()].every(({ to }) => valueAt(entity, [to]) !== null),
  );

/** The error extensions of a subgraph that a client gets to see. */
const shownExtensions = ['code', 'argument', 'limit', 'received', 'expected', 'traceId'];

function shown(extensions: unknown, exposed: readonly string[]): Record<string, unknown> {
  if (!extensions || typeof extensions !== 'object') return {};
  return Object.fromEntries(
    Object.entries(extensions).filter(([name]) => shownExtensions.includes(name) || exposed.includes(name)),
  );
}
