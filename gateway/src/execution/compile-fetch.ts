// Compiles the fetches of a query plan: of root fields, or of entities by their representations.
import { graphError } from '@district-graph/kit/errors';
import { GraphQLError } from 'graphql';
import type { FetchSelection } from '../answer/fetch-selections.ts';
import { isAbsent, type MergedObject, type MergedValue, markAbsent } from '../answer/merged-result.ts';
import { compileReader, type LongResponses, type ReadResponse } from '../answer/read-answer.ts';
import type { FetchNode, Requirement } from '../query-planner/query-plan.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import type { Execution, RunNode } from './execution.ts';
import { compileFlatten, type FlattenPath, responsePathsOf } from './flatten-path.ts';
import { compileMerge, type Merge } from './merge-values.ts';
import { compileRepresentations, type Representations } from './representations.ts';
import { compileBody, type WriteBody } from './request-body.ts';
import { maxErrorsPerFetch, reportSubgraphErrors } from './subgraph-errors.ts';
import type { Subtypes } from './subtypes.ts';

/** What the fetches of a plan have in common. */
interface PlanContext {
  operationName: string | null;
  metadata: SupergraphMetadata;
  subtypes: Subtypes;
  long: LongResponses | null;
}

interface CompiledFetch {
  fetch: FetchNode;
  selection: FetchSelection;
  operationName: string | null;
  read: ReadResponse;
  flatten: FlattenPath;
  merge: Merge;
  /** Where the failure of the whole fetch is reported. */
  errorPaths: readonly string[][];
}

export function compileFetch(fetch: FetchNode, selection: FetchSelection, plan: PlanContext): RunNode {
  const { operationName, subtypes, long } = plan;
  const { subgraph, requires } = fetch;
  const generatesCode = long === null;
  const compiled: CompiledFetch = {
    fetch,
    selection,
    operationName:
      operationName && `${operationName}__${subgraph.replaceAll('-', '_').replaceAll(/\W/g, '')}`,
    read: compileReader(selection, requires !== null, long),
    flatten: compileFlatten(fetch.path, generatesCode),
    merge: compileMerge(selection, fetch.outputRewrites, subtypes, generatesCode),
    errorPaths: errorPathsOf(fetch, selection),
  };
  return requires ? compileEntityFetch(compiled, requires, plan) : compileRootFetch(compiled, plan);
}

function compileRootFetch(compiled: CompiledFetch, { metadata }: PlanContext): RunNode {
  const { fetch, selection, operationName, read, flatten, merge, errorPaths } = compiled;
  const { subgraph, isMutation } = fetch;
  const writeBody = compileBody(fetch, operationName, metadata.aliasPrefix);
  return async (execution) => {
    const targets: MergedObject[] = [];
    flatten(execution.root, targets);
    if (targets.length === 0) return;
    try {
      const text = await execution.call(subgraph, writeBody(execution, null), isMutation, fetch.path);
      for (const target of targets) {
        const response = read(text);
        const { data, errors } = response;
        if (errors.length && target === targets[0])
          reportSubgraphErrors(execution, {
            fetch,
            selection,
            response,
            errorPaths,
            pathsOf: () => [fetch.path],
          });
        if (data && typeof data === 'object' && !Array.isArray(data)) merge(target, data);
      }
    } catch (error) {
      reportFailure(execution, compiled, error);
    }
  };
}

function compileEntityFetch(
  compiled: CompiledFetch,
  requires: readonly Requirement[],
  { metadata, subtypes }: PlanContext,
): RunNode {
  const { fetch, selection, operationName, flatten } = compiled;
  const { keyOnly } = fetch;
  const { aliasPrefix } = metadata;
  const keys = metadata.keys[fetch.subgraph] ?? {};
  const names: ReadonlySet<string> = new Set(
    [...selection.fields.values()].map(({ mergedName }) => mergedName),
  );
  const fetchEntities = compileEntityRequests(compiled, names);
  const represent = compileRepresentations(fetch, keys, subtypes.satisfies);
  const writeBody = compileBody(fetch, operationName, aliasPrefix);
  const byKey = keyOnly && {
    represent: compileRepresentations({ ...fetch, ...keyOnly }, keys, subtypes.satisfies),
    writeBody: compileBody(keyOnly, operationName, aliasPrefix),
  };
  return async (execution) => {
    const targets: MergedObject[] = [];
    flatten(execution.root, targets);
    const representations = represent(targets);
    const requests: Promise<void>[] = [];
    // A field that is computed from the fields of a missing entity is missing, too.
    for (const object of representations.incomplete)
      if (requiresAbsent(object, requires)) markAbsent(object, names);
    if (representations.objects.length) requests.push(fetchEntities(execution, representations, writeBody));
    // Where a required field was not returned, or was selected of other objects only, the fields that need nothing but the key are
    // fetched all the same.
    if (byKey && representations.incomplete.length) {
      const others = byKey.represent(representations.incomplete);
      if (others.objects.length) requests.push(fetchEntities(execution, others, byKey.writeBody));
    }
    await Promise.all(requests);
  };
}

type EntityBatch = Pick<Representations, 'texts' | 'objects'>;

/** `names` are the merged names that the fetch selects. */
function compileEntityRequests(compiled: CompiledFetch, names: ReadonlySet<string>) {
  const request = compileEntityRequest(compiled, names);
  return async (execution: Execution, all: EntityBatch, writeBody: WriteBody): Promise<void> => {
    if (all.texts.length <= maxRepresentations)
      return request(execution, all, writeBody, (error) => reportFailure(execution, compiled, error));
    let isReported = false;
    const reportOnce = (error: unknown): void => {
      if (!isReported) reportFailure(execution, compiled, error);
      isReported = true;
    };
    await Promise.all(batchesOf(all).map((batch) => request(execution, batch, writeBody, reportOnce)));
  };
}

function compileEntityRequest(compiled: CompiledFetch, names: ReadonlySet<string>) {
  const { fetch, selection, read, merge, errorPaths } = compiled;
  const { subgraph, isMutation, path } = fetch;
  return async (
    execution: Execution,
    { texts, objects }: EntityBatch,
    writeBody: WriteBody,
    report: (error: unknown) => void,
  ): Promise<void> => {
    try {
      const text = await execution.call(subgraph, writeBody(execution, texts), isMutation, path);
      const response = read(text);
      const { data, errors } = response;
      if (errors.length) {
        const pathsOfObjects = responsePathsOf(execution.root, path);
        const pathsOf = (index: number) => pathsOfObjects(objects[index] ?? []);
        reportSubgraphErrors(execution, { fetch, selection, response, errorPaths, pathsOf });
      }
      if (!Array.isArray(data)) {
        if (errors.length === 0) throw new SyntaxError('no list of entities');
        return;
      }
      if (data.length !== objects.length)
        throw new SyntaxError(`${data.length} entities for ${objects.length} representations`);
      for (let index = 0; index < data.length; index += 1) {
        const entity = data[index];
        if (typeof entity === 'string' || Array.isArray(entity))
          throw new SyntaxError('an entity that is not an object');
        for (const object of objects[index] ?? []) {
          if (entity) merge(object, entity);
          else markAbsent(object, names);
        }
      }
    } catch (error) {
      report(error);
    }
  };
}

/** The most entities in one request; a subgraph's own limit is no lower. */
const maxRepresentations = 1000;

function batchesOf({ texts, objects }: EntityBatch): EntityBatch[] {
  return Array.from({ length: Math.ceil(texts.length / maxRepresentations) }, (_, index) => {
    const [start, end] = [index * maxRepresentations, (index + 1) * maxRepresentations];
    return { texts: texts.slice(start, end), objects: objects.slice(start, end) };
  });
}

/** Whether a field required of the object is unknown because a subgraph has no such entity. */
function requiresAbsent(value: MergedValue, requires: readonly Requirement[]): boolean {
  if (Array.isArray(value)) return value.some((entry) => requiresAbsent(entry, requires));
  if (!value || typeof value === 'string') return false;
  return requires.some((each) => {
    if (each.kind === 'Fragment') return requiresAbsent(value, each.selections);
    if (value[each.from] === undefined) return isAbsent(value, each.from);
    return each.selections !== null && requiresAbsent(value[each.from], each.selections);
  });
}

/** The paths, in merged names, at which a failure of the whole fetch is reported: its objects or, for root fields, each field. */
function errorPathsOf({ path, requires }: FetchNode, selection: FetchSelection): string[][] {
  const listAt = path.indexOf('@');
  const parent = listAt < 0 ? path : path.slice(0, listAt);
  if (requires || parent.length > 0) return [parent];
  const names = [...selection.fields.values()]
    .map(({ mergedName }) => mergedName)
    .filter((name) => name !== '__typename');
  return names.length ? names.slice(0, maxErrorsPerFetch).map((name) => [name]) : [parent];
}

function reportFailure(execution: Execution, { fetch, errorPaths }: CompiledFetch, cause: unknown): void {
  const error = cause instanceof GraphQLError ? cause : badResponse(fetch.subgraph, cause);
  for (const path of errorPaths) execution.failures.push({ error, path });
}

function badResponse(subgraph: string, cause: unknown): GraphQLError {
  if (!(cause instanceof SyntaxError)) throw cause;
  return graphError(
    'SUBGRAPH_BAD_RESPONSE',
    `子图 ${subgraph} 的响应无法使用，由它提供的字段为空：请告知运维。 The response of subgraph ${subgraph} cannot be used, and its fields are null: inform the operators.`,
    { service: subgraph },
  );
}
