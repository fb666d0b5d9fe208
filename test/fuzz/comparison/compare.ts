// Checks a response: it must equal the expected one, or, with a faulty subgraph, lack data only where that subgraph is needed.
import { type DocumentNode, type ExecutionResult, type GraphQLFormattedError, Kind, visit } from 'graphql';
import type { Situation } from '../subgraphs.ts';
import type { Blame } from './blame.ts';
import type { Expected } from './reference.ts';

export interface Difference {
  /** The kind of difference; the same bug has the same kind in another seed. */
  kind: string;
  detail: string;
}

type Path = readonly (string | number)[];

export interface Answered {
  result: ExecutionResult;
  situation: Situation;
}

/** graphql-js reports a null condition only when it reaches the field; the gateway rejects the operation at once. */
export function compareRefused({ result: { data, errors } }: Answered): Difference | null {
  if (data === undefined && errors?.[0]?.message.includes('@skip')) return null;
  return { kind: 'null condition', detail: JSON.stringify({ data, errors }).slice(0, 600) };
}

/** Whether a variable of a condition is null. */
export function hasNullCondition(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  let found = false;
  visit(document, {
    Directive: ({ arguments: args }) => {
      const value = args?.[0]?.value;
      if (value?.kind === Kind.VARIABLE) found ||= variables[value.name.value] === null;
    },
  });
  return found;
}

/** The difference between two responses to the same operation: every execution path gives the same data, and errors with the same paths and codes. */
export function compareRuns(one: ExecutionResult, other: ExecutionResult): Difference | null {
  const dataOf = ({ data }: ExecutionResult) => JSON.stringify(data);
  const errorsOf = ({ errors = [] }: ExecutionResult) =>
    errors.map(({ path = [], extensions }) => `${path.join('.')} ${String(extensions?.code)}`).sort();
  if (dataOf(one) !== dataOf(other)) {
    const found = firstDifference(one.data, other.data, []);
    return { kind: 'runs differ: data', detail: found?.detail ?? `${dataOf(one)} and ${dataOf(other)}` };
  }
  const [errors, others] = [errorsOf(one), errorsOf(other)];
  if (errors.join() === others.join()) return null;
  return { kind: 'runs differ: errors', detail: `${errors.join()} and ${others.join()}`.slice(0, 1000) };
}

/** The first difference of a response without faults, or null. Fields must be in the order of the operation. */
export function compareExact(expected: Expected, { result, situation }: Answered): Difference | null {
  const errorText = () => JSON.stringify(result.errors ?? []).slice(0, 600);
  const wanted = expected.result;
  if (wanted.data === undefined)
    return result.data === undefined && result.errors?.length
      ? null
      : { kind: 'accepted', detail: `expected a refusal: ${JSON.stringify(wanted.errors)}` };
  if (result.data === undefined)
    return { kind: `refused: ${shapeOf(result.errors?.[0]?.message ?? 'no errors')}`, detail: errorText() };
  const [misuse] = situation.misuses;
  const found = firstDifference(wanted.data, result.data, []);
  if (found) {
    const why = misuse ? ` (${shapeOf(misuse)})` : result.errors ? ' with errors' : '';
    return { kind: found.kind + why, detail: `${found.detail}; ${misuse ?? ''} errors: ${errorText()}` };
  }
  if (misuse) return { kind: `misuse: ${shapeOf(misuse)}`, detail: misuse };
  if (JSON.stringify(wanted.data) !== JSON.stringify(result.data))
    return { kind: 'order', detail: 'the names come in another order' };
  if (wanted.errors?.length && !result.errors?.length)
    return { kind: 'null without error', detail: JSON.stringify(wanted.errors[0]) };
  if (!wanted.errors?.length && result.errors) return { kind: 'needless errors', detail: errorText() };
  const places = unlikePlaces(wanted, result);
  if (places) return { kind: 'error places', detail: places };
  const unlike = isOfForbiddenAlone(wanted) ? unlikeRefusals(wanted, result) : null;
  if (unlike) return { kind: 'refusals', detail: unlike };
  const ran = situation.mutations.join('; ');
  if (!wanted.errors && ran !== expected.mutations.join('; '))
    return { kind: 'mutations', detail: `ran ${ran}, expected ${expected.mutations.join('; ')}` };
  return flawedPath(result);
}

const isForbidden = ({ extensions }: GraphQLFormattedError): boolean => extensions?.code === 'FORBIDDEN';

/** The nulls that are due to an error, in both responses. When a null propagates to its parent, other errors inside do not matter. */
function unlikePlaces(wanted: ExecutionResult, result: ExecutionResult): string | null {
  const placesOf = ({ data, errors = [] }: ExecutionResult) =>
    [...new Set(errors.map(({ path = [] }) => path.slice(0, stepsToNull(data, path)).join('.')))]
      .sort()
      .join(' ');
  const [expected, received] = [placesOf(wanted), placesOf(result)];
  return expected === received ? null : `errors at ${received}, expected at ${expected}`;
}

function stepsToNull(data: unknown, path: Path): number {
  let value = data;
  for (const [index, step] of path.entries()) {
    if (value === null) return index;
    value = (value as Record<string | number, unknown> | undefined)?.[step];
  }
  return path.length;
}

const refusedPaths = ({ errors = [] }: ExecutionResult): string[] =>
  errors.filter(isForbidden).map(({ path }) => path?.join('.') ?? '');

/** Whether all these nulls are at refused fields, so that none hides another. */
const isOfForbiddenAlone = ({ data, errors = [] }: ExecutionResult): boolean =>
  errors.every(
    (error) =>
      isForbidden(error) &&
      error.path?.reduce<unknown>(
        (value, step) => (value as Record<string, unknown> | null)?.[step],
        data,
      ) === null,
  );

function unlikeRefusals(wanted: ExecutionResult, result: ExecutionResult): string | null {
  const expected = refusedPaths(wanted).sort().join(' ');
  const received = refusedPaths(result).sort().join(' ');
  return expected === received ? null : `refused at ${received}, expected ${expected}`;
}

/** The first difference that the faulty subgraph does not excuse, or null. */
export function compareFaulty(
  expected: Expected,
  { result, situation }: Answered,
  blame: Blame,
): Difference | null {
  const { fault } = situation;
  if (!fault || expected.result.data === undefined) return null;
  const errorText = JSON.stringify(result.errors ?? []).slice(0, 600);
  if (result.data === undefined) return { kind: `${fault.kind}: no data`, detail: errorText };
  const [misuse] = situation.misuses;
  if (misuse) return { kind: `${fault.kind}: misuse: ${shapeOf(misuse)}`, detail: misuse };
  if (fault.kind === 'beside') return compareBeside(expected, { result, situation });
  // After a failed non-null mutation, graphql-js skips the following ones; other executors may run them.
  const repeated =
    expected.result.data !== null &&
    situation.mutations.find((call) => count(situation.mutations, call) > count(expected.mutations, call));
  if (repeated) return { kind: `${fault.kind}: mutation ran again`, detail: repeated };
  // A subgraph that violates its schema may have declared more of the surrounding fields non-null.
  const brokenAt = (expected.result.errors ?? []).map((error) => error.path ?? []);
  const mayBeNull = (path: Path) =>
    blame.mayBeNull(path) || brokenAt.some((broken) => path.every((step, index) => step === broken[index]));
  const found = firstExcess(expected.result.data, result.data, [], { ...blame, mayBeNull });
  if (found) return { kind: `${fault.kind}: ${found.kind}`, detail: `${found.detail}; errors: ${errorText}` };
  if (JSON.stringify(expected.result.data) === JSON.stringify(result.data)) return flawedPath(result);
  if (fault.kind === 'nulls') return null;
  const naming = (result.errors ?? []).filter(({ extensions }) => extensions?.service === fault.subgraph);
  if (naming.length === 0) return { kind: `${fault.kind}: no error names the subgraph`, detail: errorText };
  if (!naming.some(({ path }) => path?.length)) return { kind: `${fault.kind}: no path`, detail: errorText };
  return flawedPath(result, `${fault.kind}: `);
}

/** The response contains all data of the subgraph, and its error. */
function compareBeside(expected: Expected, { result, situation }: Answered): Difference | null {
  const { fault, called } = situation;
  const errorText = JSON.stringify(result.errors ?? []).slice(0, 600);
  const found = firstDifference(expected.result.data, result.data, []);
  if (found) return { kind: `beside: ${found.kind}`, detail: `${found.detail}; errors: ${errorText}` };
  const isReported = result.errors?.some(({ extensions }) => extensions?.service === fault?.subgraph);
  return isReported || !called.has(fault?.subgraph ?? '')
    ? null
    : { kind: 'beside: no error', detail: errorText };
}

const count = (calls: readonly string[], call: string) => calls.filter((each) => each === call).length;

/** Messages of the same kind are equal without their names and values. */
const shapeOf = (message: string): string =>
  message
    .replaceAll(/^[\w-]+: /g, '')
    .replaceAll(/"[^"]*"|\{.*|\bin (query|mutation|\{)[\s\S]*|[A-Z]\w+\.\w+|\d+/g, '…')
    .slice(0, 90);

function firstDifference(wanted: unknown, actual: unknown, path: Path): Difference | null {
  const at = path.join('.') || 'data';
  const values = () => `at ${at}: expected ${short(wanted)}, received ${short(actual)}`;
  if (wanted === actual) return null;
  if (actual === null) return { kind: 'null', detail: values() };
  if (wanted === null) return { kind: 'not null', detail: values() };
  if (
    typeof wanted !== 'object' ||
    typeof actual !== 'object' ||
    Array.isArray(wanted) !== Array.isArray(actual)
  )
    return { kind: 'wrong value', detail: values() };
  if (Array.isArray(wanted) && Array.isArray(actual) && wanted.length !== actual.length)
    return { kind: 'wrong length', detail: values() };
  const known = new Map(Object.entries(actual as object));
  for (const [name, value] of Object.entries(wanted as object)) {
    if (!known.has(name)) return { kind: 'absent', detail: `${at} has no ${name}` };
    const inner = firstDifference(value, known.get(name), [...path, name]);
    if (inner) return inner;
    known.delete(name);
  }
  for (const name of known.keys()) return { kind: 'surplus', detail: `${at} has ${name}` };
  return null;
}

function firstExcess(wanted: unknown, actual: unknown, path: Path, blame: Blame): Difference | null {
  if (wanted === actual || blame.mayDiffer(path)) return null;
  if (actual === null && blame.mayBeNull(path)) return null;
  if (
    wanted &&
    actual &&
    typeof wanted === 'object' &&
    typeof actual === 'object' &&
    Object.keys(wanted).join() === Object.keys(actual).join()
  ) {
    for (const [index, name] of Object.keys(wanted).entries()) {
      const step = Array.isArray(wanted) ? index : name;
      const inner = firstExcess(
        (wanted as Record<string, unknown>)[name],
        (actual as Record<string, unknown>)[name],
        [...path, step],
        blame,
      );
      if (inner) return inner;
    }
    return null;
  }
  const kind = actual === null ? 'null of another subgraph' : wanted === null ? 'not null' : 'wrong value';
  return { kind, detail: `at ${path.join('.')}: expected ${short(wanted)}, received ${short(actual)}` };
}

/** The path of an error must lead to a null, to an object with one, or end at one. */
function flawedPath({ data, errors }: ExecutionResult, prefix = ''): Difference | null {
  for (const error of errors ?? []) {
    let value: unknown = data;
    for (const step of error.path ?? []) {
      if (value === null) break;
      if (typeof value !== 'object' || !Object.hasOwn(value as object, step))
        return { kind: `${prefix}path to nowhere`, detail: JSON.stringify(error) };
      value = (value as Record<string | number, unknown>)[step];
    }
    if (value !== null && typeof value !== 'object')
      return { kind: `${prefix}path to a value`, detail: JSON.stringify(error) };
  }
  return null;
}

const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 200);
