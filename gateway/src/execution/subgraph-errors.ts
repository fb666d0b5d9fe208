// Adds the errors of a subgraph's response to the failures of an execution: at which paths each is reported, and which extensions
// clients get.

import type { FetchSelection } from '../answer/fetch-selections.ts';
import { type MergedValue, valueAt } from '../answer/merged-result.ts';
import type { SubgraphError, SubgraphResponse } from '../answer/read-answer.ts';
import type { FetchNode } from '../query-planner/query-plan.ts';
import type { Execution } from './execution.ts';
import { exposedExtensions, type FormattedError } from './exposed-errors.ts';

/** Of one fetch, so that a thousand broken entities do not make a thousand errors. */
export const maxErrorsPerFetch = 100;
/** At how many root fields errors without a path are reported. Further root fields are null for the same reasons. */
const maxPathsWithoutOwn = 10;

type Path = readonly (string | number)[];

export interface FailedFetch {
  fetch: FetchNode;
  selection: FetchSelection;
  response: SubgraphResponse;
  /** Where a failure of the whole fetch is reported. */
  errorPaths: readonly Path[];
  /** The paths in the merged result of the entity with an index or, for root fields, of the fetch. */
  pathsOf: (index: number) => readonly Path[];
}

export function reportSubgraphErrors(execution: Execution, failed: FailedFetch): void {
  const { fetch, selection, response, pathsOf, errorPaths } = failed;
  const { data, errors } = response;
  const isEntityFetch = fetch.requires !== null;
  const report = reporterOf(execution, fetch.subgraph);
  const reportWithoutPath = withoutPathReporter(failed, report);
  for (const error of errors) {
    const steps = stepsOf(error);
    const isEntity = isEntityFetch && steps[0] === '_entities' && typeof steps[1] === 'number';
    const isKnown = isEntityFetch ? isEntity : selection.fields.has(String(steps[0]));
    if (!isKnown) {
      reportWithoutPath(error);
      continue;
    }
    const paths = pathsOf(isEntity ? Number(steps[1]) : 0);
    const rest = isEntityFetch ? steps.slice(2) : steps;
    // Some servers report an error and return a value all the same.
    const hasValue = typeof valueAt(data, isEntityFetch ? steps.slice(1) : steps) === 'string';
    for (const path of paths.length ? paths : errorPaths) report(error, [...path, ...rest], hasValue);
  }
}

const stepsOf = ({ path }: SubgraphError): (string | number)[] =>
  Array.isArray(path) ? (path as (string | number)[]) : [];

type Report = (error: SubgraphError, path: Path, hasValue: boolean, isUnreported?: boolean) => void;

/** Adds failures, up to the limit for one fetch. */
function reporterOf({ exposedErrors, failures }: Execution, subgraph: string): Report {
  const exposed = exposedExtensions(exposedErrors, subgraph);
  const format = exposedErrors.format ?? ((error) => formattedError(error, subgraph, exposed));
  let count = 0;
  return (error, path, hasValue, isUnreported = false) => {
    if (count++ >= maxErrorsPerFetch) return;
    failures.push({ error: format(error, subgraph), path, hasValue, isUnreported });
  };
}

const formattedError = (
  { message, extensions }: SubgraphError,
  subgraph: string,
  exposed: readonly string[] | null,
): FormattedError => ({
  message: typeof message === 'string' ? message : '',
  extensions: { ...(exposed && passedOn(extensions, exposed)), service: subgraph },
});

/**
 * Reports errors whose path names nothing that the fetch selects. They are shared out among the paths at which something is
 * missing: each path gets one of them, and the last path all that are left.
 */
function withoutPathReporter(
  { fetch, selection, response: { data, errors }, errorPaths }: FailedFetch,
  report: Report,
): (error: SubgraphError) => void {
  const isKnownRoot = (error: SubgraphError) =>
    Array.isArray(error.path) && selection.fields.has(String(error.path[0]));
  const total = fetch.requires ? 0 : errors.filter((error) => !isKnownRoot(error)).length;
  let reported = 0;
  const missingPaths = (): readonly Path[] => {
    if (fetch.requires) return areComplete(data, selection) ? [] : errorPaths;
    return errorPaths.filter(([name = '']) => fetch.path.length > 0 || !valueAt(data, [name]));
  };
  return (error) => {
    const missing = missingPaths();
    const index = reported++;
    for (const [at, path] of missing.entries())
      if (total < 2 || at % total === index || (at === missing.length - 1 && index > at))
        report(error, path, false, at >= maxPathsWithoutOwn && index <= at);
    if (missing.length === 0) report(error, [], true);
  };
}

/** Whether no selected field of the entities is null, so that an error without a path is not the cause of any null. */
const areComplete = (entities: MergedValue, { fields }: FetchSelection): boolean =>
  Array.isArray(entities) &&
  entities.every(
    (entity) =>
      entity &&
      typeof entity === 'object' &&
      [...fields.values()].every(({ mergedName }) => valueAt(entity, [mergedName]) !== null),
  );

/** The error extensions of a subgraph that clients get. */
const clientExtensions = ['code', 'argument', 'limit', 'received', 'expected', 'traceId'];

function passedOn(extensions: unknown, exposed: readonly string[] | null): Record<string, unknown> {
  if (!exposed || !extensions || typeof extensions !== 'object') return {};
  return Object.fromEntries(
    Object.entries(extensions).filter(([name]) => clientExtensions.includes(name) || exposed.includes(name)),
  );
}
