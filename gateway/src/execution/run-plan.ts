// Runs a plan: compiled once for each plan, it fetches, reads and merges until all that was asked for is gathered.
import { graphError } from '@district-graph/kit/errors';
import { GraphQLError } from 'graphql';
import { compileReader, encoded, type LongAnswers } from '../answer/read-answer.ts';
import {
  isAbsent,
  type MergedObject,
  type MergedValue,
  markAbsent,
  type Shape,
  type Wanted,
  wantedByFetches,
} from '../answer/shapes.ts';
import { sentVariable } from '../planning/client-operation.ts';
import type { FetchNode, PlanNode, Requirement, Rewrite } from '../planning/query-plan.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import type { Execution } from './execution.ts';
import { compileCollect, compileRepresent, placesOf, type Represented } from './representations.ts';
import { maxErrorsPerFetch, reportSubgraphErrors } from './subgraph-errors.ts';

export interface RunnablePlan {
  root: Shape;
  run: (execution: Execution) => Promise<void> | void;
}

type Run = RunnablePlan['run'];

/**
 * With `generates`, code is written for it, which pays where a plan is run often. Subgraphs are told the operation's `name`
 * with their own behind it.
 */
export function compilePlan(
  node: PlanNode | null,
  name: string | null,
  facts: SupergraphMetadata,
  long: LongAnswers | null,
): RunnablePlan {
  const generates = long === null;
  const { root, wanted } = wantedByFetches(node, generates);
  const types = new Types(facts);
  const compile = (each: PlanNode): Run => {
    switch (each.kind) {
      case 'Sequence': {
        const runs = each.nodes.map(compile);
        return async (execution) => {
          for (const run of runs) await run(execution);
        };
      }
      case 'Parallel': {
        const runs = each.nodes.map(compile);
        return async (execution) => {
          await Promise.all(runs.map((run) => run(execution)));
        };
      }
      case 'Fetch':
        return compileFetch(each, name, wanted.get(each) as Wanted, types, facts, long);
    }
  };
  return { root, run: node ? compile(node) : () => {} };
}

/** What the supergraph says of type names, as they stand in gathered data: JSON text. */
class Types {
  #subtypes: Map<string, Set<string>>;
  #abstract: Set<string>;

  constructor({ subtypes }: SupergraphMetadata) {
    this.#subtypes = new Map(Object.entries(subtypes).map(([name, names]) => [name, new Set(names)]));
    this.#abstract = new Set(Object.keys(subtypes).map((name) => `"${name}"`));
  }

  satisfies = (type: string, condition: string): boolean =>
    type === condition || this.#subtypes.get(condition)?.has(type) === true;

  /** An interface object's name for a type says less than an object type's name. */
  isAbstract = (typename: string): boolean => this.#abstract.has(typename);
}

function compileFetch(
  fetch: FetchNode,
  name: string | null,
  wanted: Wanted,
  types: Types,
  { aliasPrefix: prefix, keys }: SupergraphMetadata,
  long: LongAnswers | null,
): Run {
  const generates = long === null;
  const { subgraph, isMutation } = fetch;
  const nameSent = name && `${name}__${subgraph.replaceAll('-', '_').replaceAll(/\W/g, '')}`;
  const bodyOf = compileBody(fetch, nameSent, prefix);
  const read = compileReader(wanted, fetch.requires !== null, long);
  const collect = compileCollect(fetch.path, generates);
  const merge = compileMerge(wanted, fetch.outputRewrites, types, generates);
  const failed = placesOfFailure(fetch, wanted);
  const fail = (execution: Execution, error: unknown): void => {
    const told = error instanceof GraphQLError ? error : badAnswer(subgraph, error);
    for (const path of failed) execution.failures.push({ error: told, path });
  };

  if (!fetch.requires) {
    return async (execution) => {
      const targets: MergedObject[] = [];
      collect(execution.root, targets);
      if (targets.length === 0) return;
      try {
        const text = await execution.call(subgraph, bodyOf(execution, null), isMutation);
        for (const target of targets) {
          const { data, errors } = read(text);
          if (errors.length && target === targets[0])
            reportSubgraphErrors(execution, fetch, wanted, { data, errors }, failed, () => [fetch.path]);
          if (data && typeof data === 'object' && !Array.isArray(data)) merge(target, data);
        }
      } catch (error) {
        fail(execution, error);
      }
    };
  }

  const { requires } = fetch;
  const names: ReadonlySet<string> = new Set([...wanted.fields.values()].map(({ to }) => to));
  const represent = compileRepresent(fetch, keys[subgraph] ?? {}, types.satisfies);
  const askAbout = async (execution: Execution, all: Represented, body: BodyOf): Promise<void> => {
    if (all.texts.length <= maxRepresentations)
      return askAboutPart(execution, all, body, (error) => fail(execution, error));
    let isTold = false;
    const failOnce = (error: unknown): void => {
      if (!isTold) fail(execution, error);
      isTold = true;
    };
    await Promise.all(inParts(all).map((part) => askAboutPart(execution, part, body, failOnce)));
  };
  const askAboutPart = async (
    execution: Execution,
    { texts, objects }: Pick<Represented, 'texts' | 'objects'>,
    body: BodyOf,
    failOnce: (error: unknown) => void,
  ): Promise<void> => {
    try {
      const text = await execution.call(subgraph, body(execution, texts), isMutation);
      const { data, errors } = read(text);
      if (errors.length) {
        const places = placesOf(execution.root, fetch.path);
        reportSubgraphErrors(execution, fetch, wanted, { data, errors }, failed, (index) =>
          places(objects[index] ?? []),
        );
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
          throw new SyntaxError('an entity that is none');
        for (const object of objects[index] ?? []) {
          if (entity) merge(object, entity);
          else markAbsent(object, names);
        }
      }
    } catch (error) {
      failOnce(error);
    }
  };
  const { byKeyAlone } = fetch;
  const alone = byKeyAlone && {
    represent: compileRepresent({ ...fetch, ...byKeyAlone }, keys[subgraph] ?? {}, types.satisfies),
    bodyOf: compileBody(byKeyAlone, nameSent, prefix),
  };
  return async (execution) => {
    const targets: MergedObject[] = [];
    collect(execution.root, targets);
    const represented = represent(targets);
    const asking: Promise<void>[] = [];
    // What is computed from what there is not is not there.
    for (const object of represented.lacking) if (lacksAbsent(object, requires)) markAbsent(object, names);
    if (represented.objects.length) asking.push(askAbout(execution, represented, bodyOf));
    // What its subgraph did not give, or the client wants for other objects only, costs no more than what is computed from it.
    if (alone && represented.lacking.length) {
      const others = alone.represent(represented.lacking);
      if (others.objects.length) asking.push(askAbout(execution, others, alone.bodyOf));
    }
    await Promise.all(asking);
  };
}

/** Whether something required of the object is not known as a subgraph has no such entity. */
function lacksAbsent(value: MergedValue, requires: readonly Requirement[]): boolean {
  if (Array.isArray(value)) return value.some((entry) => lacksAbsent(entry, requires));
  if (!value || typeof value === 'string') return false;
  return requires.some((each) => {
    if (each.kind === 'Fragment') return lacksAbsent(value, each.selections);
    if (value[each.from] === undefined) return isAbsent(value, each.from);
    return each.selections !== null && lacksAbsent(value[each.from], each.selections);
  });
}

/** Subgraphs are asked for no more entities at once. */
const maxRepresentations = 1000;

function inParts({ texts, objects }: Represented): Pick<Represented, 'texts' | 'objects'>[] {
  return Array.from({ length: Math.ceil(texts.length / maxRepresentations) }, (_, index) => {
    const [from, to] = [index * maxRepresentations, (index + 1) * maxRepresentations];
    return { texts: texts.slice(from, to), objects: objects.slice(from, to) };
  });
}

type BodyOf = (execution: Execution, representations: readonly string[] | null) => string;

/** Writes the body of a fetch's request, latin1. */
function compileBody(
  fetch: Pick<FetchNode, 'operation' | 'variables'>,
  name: string | null,
  prefix: string,
): BodyOf {
  const query = name === null ? fetch.operation : named(fetch.operation, name);
  const operationName = name === null ? '' : `,"operationName":${JSON.stringify(name)}`;
  const head = encoded(`{"query":${JSON.stringify(query)}${operationName},"variables":{`);
  const variables = fetch.variables.map((sent) => ({
    key: `"${sent}":`,
    client: sent === sentVariable('representations', prefix) ? 'representations' : sent,
  }));
  return (execution, representations) => {
    let text = representations ? `"representations":[${representations.join()}]` : '';
    for (const { key, client } of variables) {
      const value = execution.variableText(client);
      if (value !== null) text += (text ? ',' : '') + key + value;
    }
    return `${head}${text}}}`;
  };
}

const named = (operation: string, name: string): string =>
  operation.startsWith('{')
    ? `query ${name}${operation}`
    : operation.replace(/^\w+/, (keyword) => `${keyword} ${name}`);

/** Where in the answer it shows that the whole fetch failed: at its objects; for root fields, at each of them. */
function placesOfFailure({ path, requires }: FetchNode, wanted: Wanted): string[][] {
  const end = path.indexOf('@');
  const place = end < 0 ? path : path.slice(0, end);
  if (requires || place.length > 0) return [place];
  const names = [...wanted.fields.values()].map(({ to }) => to).filter((name) => name !== '__typename');
  return names.length ? names.slice(0, maxErrorsPerFetch).map((name) => [name]) : [place];
}

function badAnswer(subgraph: string, cause: unknown): GraphQLError {
  if (!(cause instanceof SyntaxError)) throw cause;
  return graphError(
    'SUBGRAPH_BAD_RESPONSE',
    `子图 ${subgraph} 的答复无法使用，其字段为空。 Subgraph ${subgraph} gave an answer that cannot be used; its fields are null.`,
    { service: subgraph },
  );
}

type Merge = (target: MergedObject, source: MergedObject) => void;

/** Adds what a fetch gave for an object to what is gathered of it; a null never hides what is known. */
function compileMerge(
  { fields }: Wanted,
  rewrites: readonly Rewrite[],
  types: Types,
  generates: boolean,
): Merge {
  const names = [...new Set([...fields.values()].map(({ to }) => to))].filter(
    (name) => name !== '__typename',
  );
  const merge = generates ? generateMerge(names, types) : mergeOf(names, types);
  const sets = rewrites.filter((rewrite) => rewrite.kind === 'Set');
  if (sets.length === 0) return merge;
  return (target, source) => {
    for (const { path, value } of sets) setAt(source, path, encoded(JSON.stringify(value)), types);
    merge(target, source);
  };
}

function mergeOf(names: readonly string[], types: Types): Merge {
  return (target, source) => {
    joinTypename(target, source.__typename, types);
    for (const name of names)
      if (source[name] !== undefined) target[name] = join(target[name], source[name], types);
  };
}

function generateMerge(names: readonly string[], types: Types): Merge {
  const lines = names.map(
    (name) =>
      `if((v=s.${name})!==undefined){const w=t.${name};t.${name}=w===undefined||w===null?v:join(w,v)}`,
  );
  return new Function(
    'join',
    'name',
    `return(t,s)=>{let v=s.__typename;if(v!==undefined)name(t,v);${lines.join('')}}`,
  )(
    (known: MergedValue, added: MergedValue) => join(known, added, types),
    (target: MergedObject, typename: MergedValue) => joinTypename(target, typename, types),
  );
}

function joinTypename(target: MergedObject, typename: MergedValue, types: Types): void {
  const known = target.__typename;
  if (typeof typename !== 'string') return;
  if (typeof known === 'string' && types.isAbstract(typename)) return;
  target.__typename = typename;
}

function join(known: MergedValue, added: MergedValue, types: Types): MergedValue {
  if (added === undefined) return known;
  if (added === null) return known ?? null;
  if (known === null || known === undefined || typeof added === 'string' || typeof known === 'string')
    return added;
  if (Array.isArray(added) || Array.isArray(known)) {
    if (!Array.isArray(added) || !Array.isArray(known) || added.length !== known.length) return added;
    for (let index = 0; index < added.length; index += 1)
      known[index] = join(known[index], added[index], types);
    return known;
  }
  for (const name in added) {
    if (name.startsWith('$')) continue;
    if (name === '__typename') joinTypename(known, added[name], types);
    else if (added[name] !== undefined) known[name] = join(known[name], added[name], types);
  }
  return known;
}

function setAt(value: MergedValue, path: readonly string[], to: string, types: Types): void {
  if (Array.isArray(value)) for (const entry of value) setAt(entry, path, to, types);
  if (!value || typeof value !== 'object' || Array.isArray(value)) return;
  const [step = '', ...rest] = path;
  if (step.startsWith('... on ')) {
    const { __typename: typename } = value;
    if (typeof typename !== 'string' || types.satisfies(typename.slice(1, -1), step.slice(7)))
      setAt(value, rest, to, types);
  } else if (rest.length === 0) value[step] = to;
  else setAt(value[step], rest, to, types);
}
