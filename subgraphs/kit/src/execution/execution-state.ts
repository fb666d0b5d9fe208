// The state of one execution of a compiled operation: results are filled in place as values arrive, and written once all are there.
import { type FieldNode, type GraphQLError, type GraphQLResolveInfo, locatedError } from 'graphql';
import { graphError } from '../errors.ts';

export interface CompiledField {
  /** The response key. */
  key: string;
  /** The response key as JSON, with the colon. */
  keyText: string;
  resolve: (parent: unknown, args: unknown, context: unknown, info: GraphQLResolveInfo) => unknown;
  args: (state: ExecutionState) => Record<string, unknown>;
  /** Set if the field has no resolver and its value may be plain. */
  plain: WritePlain | null;
  complete: CompleteValue;
  isNonNull: boolean;
  nodes: readonly FieldNode[];
  info: FieldInfo;
}

export type FieldInfo = Pick<GraphQLResolveInfo, 'fieldName' | 'fieldNodes' | 'returnType' | 'parentType'>;

/** JSON text, an object or list that is still being filled, or null. */
export type Result = string | ObjectResult | ListResult | null;
/** CompleteValue of the GraphQL specification, which passes the result to `set`. */
export type CompleteValue = (
  state: ExecutionState,
  value: unknown,
  path: ResponsePath,
  set: (result: Result) => void,
) => void;
/**
 * Writes the JSON of a value that is complete already, as most are: nothing to await, no resolver, no error. Returns null for
 * any other value, which is then completed by `CompleteValue`.
 */
export type WritePlain = (state: ExecutionState, value: unknown) => string | null;

/** A response path as a linked list, from the innermost key outwards. */
export interface ResponsePath {
  readonly prev: ResponsePath | undefined;
  readonly key: string | number;
  readonly field: CompiledField;
  /** Whether a null at this path propagates to its parent. */
  readonly isNonNull: boolean;
}

export class ObjectResult {
  readonly fields: readonly CompiledField[];
  readonly values: Result[];
  constructor(fields: readonly CompiledField[]) {
    this.fields = fields;
    this.values = new Array(fields.length).fill(null);
  }
}

export class ListResult {
  readonly values: Result[];
  readonly isNonNull: boolean;
  constructor(length: number, isNonNull: boolean) {
    this.values = new Array(length).fill(null);
    this.isNonNull = isNonNull;
  }
}

/** The JSON of a result. Null also if a null inside propagates to it. */
export function resultToJson(result: Result): string | null {
  if (result === null || typeof result === 'string') return result;
  let text = '';
  if (result instanceof ListResult) {
    for (const value of result.values) {
      const entry = resultToJson(value);
      if (entry === null && result.isNonNull) return null;
      text += (text === '' ? '[' : ',') + (entry ?? 'null');
    }
    return text === '' ? '[]' : `${text}]`;
  }
  const { fields, values } = result;
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] as CompiledField;
    const value = resultToJson(values[index] ?? null);
    if (value === null && field.isNonNull) return null;
    text += (index === 0 ? '{' : ',') + field.keyText + (value ?? 'null');
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Of one answer: nested lists multiply. */
const maxValues = 500_000;

/** What is still awaited, and which errors occurred. */
export class ExecutionState {
  readonly errors: GraphQLError[] = [];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: unknown;
  /** Argument values by slot, computed when a field is first resolved. */
  readonly args: (Record<string, unknown> | undefined)[];
  /** The response positions that errors set to null; undefined stands for the whole data. */
  readonly #nulled = new Set<ResponsePath | undefined>();
  #info: Omit<GraphQLResolveInfo, keyof FieldInfo | 'path'>;
  #pending = 0;
  #valuesLeft = maxValues;
  #done: (() => void) | null = null;

  constructor(
    info: Omit<GraphQLResolveInfo, keyof FieldInfo | 'path'>,
    variables: Readonly<Record<string, unknown>>,
    context: unknown,
    argumentSlots: number,
  ) {
    this.#info = info;
    this.variables = variables;
    this.context = context;
    this.args = new Array(argumentSlots);
  }

  info(field: CompiledField, path: ResponsePath): GraphQLResolveInfo {
    return { ...this.#info, ...field.info, path: infoPath(path) as GraphQLResolveInfo['path'] };
  }

  await(value: PromiseLike<unknown>, then: (value: unknown) => void, fail: (error: unknown) => void): void {
    this.#pending += 1;
    value.then(
      (settled) => {
        try {
          then(settled);
        } catch (error) {
          fail(error);
        }
        this.#settle();
      },
      (error) => {
        fail(error);
        this.#settle();
      },
    );
  }

  #settle(): void {
    this.#pending -= 1;
    if (this.#pending === 0) this.#done?.();
  }

  /** Resolves when nothing is awaited any more. */
  settled(): Promise<void> | undefined {
    if (this.#pending === 0) return undefined;
    return new Promise((resolve) => {
      this.#done = () => {
        this.#done = null;
        resolve();
      };
    });
  }

  /** Counts values of the answer. Throws once there are too many, and at each further call. */
  spend(values: number): void {
    this.#valuesLeft -= values;
    if (this.#valuesLeft < 0) throw answerTooLarge;
  }

  /** The error that replaces the answer, if any. */
  get refusal(): GraphQLError | null {
    return this.#valuesLeft < 0 ? answerTooLarge : null;
  }

  /** Whether an error propagated to the root. */
  get isNull(): boolean {
    return this.#nulled.has(undefined);
  }

  /** Reports an error, unless its path lies inside a response position that an earlier error set to null. */
  fail(error: unknown, path: ResponsePath): void {
    if (this.isNull || this.#valuesLeft < 0) return;
    for (let each: ResponsePath | undefined = path; each; each = each.prev)
      if (this.#nulled.has(each)) return;
    let nulled: ResponsePath | undefined = path;
    while (nulled?.isNonNull) nulled = nulled.prev;
    this.#nulled.add(nulled);
    this.errors.push(locatedError(error, path.field.nodes, pathKeys(path)));
  }
}

const answerTooLarge = graphError(
  'ANSWER_TOO_LARGE',
  `答复超过 ${maxValues} 个值；请少取一些，或分页。 The answer has more than ${maxValues} values. Select less, or request it in pages.`,
  { limit: maxValues },
);

function pathKeys(path: ResponsePath): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let each: ResponsePath | undefined = path; each; each = each.prev) keys.unshift(each.key);
  return keys;
}

function infoPath(path: ResponsePath | undefined): unknown {
  return (
    path && {
      prev: infoPath(path.prev),
      key: path.key,
      typename: typeof path.key === 'string' ? path.field.info.parentType.name : undefined,
    }
  );
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function';

// The functions below take positional arguments: an options object would be allocated for each value.

/** ExecuteField of the GraphQL specification. */
export function resolveField(
  state: ExecutionState,
  into: ObjectResult,
  index: number,
  field: CompiledField,
  parent: unknown,
  prev: ResponsePath | undefined,
): void {
  const plain = field.plain?.(state, parent) ?? null;
  if (plain !== null) {
    into.values[index] = plain;
    return;
  }
  const path: ResponsePath = { prev, key: field.key, field, isNonNull: field.isNonNull };
  const set = (result: Result) => {
    into.values[index] = result;
  };
  const fail = (error: unknown) => {
    state.fail(error, path);
    set(null);
  };
  const complete = (value: unknown) => completeField(state, field, value, path, set);
  try {
    const value = field.resolve(parent, field.args(state), state.context, lazyInfo(state, field, path));
    if (isPromise(value)) state.await(value, complete, fail);
    else complete(value);
  } catch (error) {
    fail(error);
  }
}

function completeField(
  state: ExecutionState,
  field: CompiledField,
  value: unknown,
  path: ResponsePath,
  set: (result: Result) => void,
) {
  if (value === null || value === undefined) {
    if (field.isNonNull) throw nullError(field);
    set(null);
  } else if (value instanceof Error) throw value;
  else field.complete(state, value, path, set);
}

const nullError = ({ info: { parentType, fieldName } }: CompiledField) =>
  new Error(`Cannot return null for non-nullable field ${parentType.name}.${fieldName}.`);

/** Few resolvers take the info, so it is made only for those that do. */
function lazyInfo(state: ExecutionState, field: CompiledField, path: ResponsePath): GraphQLResolveInfo {
  return field.resolve.length > 3 ? state.info(field, path) : noInfo;
}

export const noInfo = undefined as unknown as GraphQLResolveInfo;

export function completeItem(
  state: ExecutionState,
  list: ListResult,
  index: number,
  item: unknown,
  complete: CompleteValue,
  path: ResponsePath,
): void {
  const set = (result: Result) => {
    list.values[index] = result;
  };
  const fail = (error: unknown) => {
    state.fail(error, path);
    set(null);
  };
  const settle = (value: unknown) => {
    if (value === null || value === undefined) {
      if (list.isNonNull) throw nullError(path.field);
      set(null);
    } else if (value instanceof Error) throw value;
    else complete(state, value, path, set);
  };
  if (isPromise(item)) {
    state.await(item, settle, fail);
    return;
  }
  try {
    settle(item);
  } catch (error) {
    fail(error);
  }
}
