// One run of a compiled operation: results are filled in place as they come, and written once all are there.
import { type FieldNode, type GraphQLError, type GraphQLResolveInfo, locatedError } from 'graphql';
import { graphError } from '../errors.ts';

export interface CompiledField {
  key: string;
  /** The key as the JSON text that stands before the value. */
  keyText: string;
  resolve: (parent: unknown, args: unknown, context: unknown, info: GraphQLResolveInfo) => unknown;
  args: (run: ExecutionState) => Record<string, unknown>;
  /** Where no resolver is defined, and the value can be plain. */
  plain: WritePlain | null;
  complete: CompleteValue;
  isNonNull: boolean;
  nodes: readonly FieldNode[];
  info: FieldInfo;
}

export type FieldInfo = Pick<GraphQLResolveInfo, 'fieldName' | 'fieldNodes' | 'returnType' | 'parentType'>;

/** JSON text, an object or list still being filled, or null. */
export type Result = string | ObjectResult | ListResult | null;
export type CompleteValue = (
  run: ExecutionState,
  value: unknown,
  path: ResponsePath,
  set: (result: Result) => void,
) => void;
/**
 * The JSON of a value that is all there, as most are: nothing to be awaited, no resolver of its own, no error. Null where it takes more
 * than that; then it is completed.
 */
export type WritePlain = (run: ExecutionState, value: unknown) => string | null;

/** Where a value stands, from the inside out. */
export interface ResponsePath {
  readonly prev: ResponsePath | undefined;
  readonly key: string | number;
  readonly field: CompiledField;
  /** Whether a null here takes what is around it. */
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

/** The JSON of a result; null also where a part that may not be null is null. */
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

/** Of one answer: lists within lists, some levels deep, have no end. */
const maxValues = 500_000;

/** One run: what is still awaited, and what failed. */
export class ExecutionState {
  readonly errors: GraphQLError[] = [];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: unknown;
  /** Arguments by field, computed at the field's first use in this run. */
  readonly args: (Record<string, unknown> | undefined)[];
  /** Where errors have left null; undefined stands for the whole data. */
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

  /** Counts values of the answer; throws once there are too many, and from then on for each. */
  spend(values: number): void {
    this.#valuesLeft -= values;
    if (this.#valuesLeft < 0) throw answerTooLarge;
  }

  /** Why there is no answer, if there is none. */
  get refusal(): GraphQLError | null {
    return this.#valuesLeft < 0 ? answerTooLarge : null;
  }

  /** Whether an error took all of the data. */
  get isNull(): boolean {
    return this.#nulled.has(undefined);
  }

  /** Tells one error for each null: what fails inside of what is null already is not told. */
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
  `答复超过 ${maxValues} 个值；请少取一些，或分页。 The answer has more than ${maxValues} values; ask for less, or in pages.`,
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

export function resolveField(
  run: ExecutionState,
  into: ObjectResult,
  index: number,
  field: CompiledField,
  parent: unknown,
  prev: ResponsePath | undefined,
): void {
  const plain = field.plain?.(run, parent) ?? null;
  if (plain !== null) {
    into.values[index] = plain;
    return;
  }
  const path: ResponsePath = { prev, key: field.key, field, isNonNull: field.isNonNull };
  const set = (result: Result) => {
    into.values[index] = result;
  };
  const fail = (error: unknown) => {
    run.fail(error, path);
    set(null);
  };
  const complete = (value: unknown) => completeField(run, field, value, path, set);
  try {
    const value = field.resolve(parent, field.args(run), run.context, lazyInfo(run, field, path));
    if (isPromise(value)) run.await(value, complete, fail);
    else complete(value);
  } catch (error) {
    fail(error);
  }
}

function completeField(
  run: ExecutionState,
  field: CompiledField,
  value: unknown,
  path: ResponsePath,
  set: (r: Result) => void,
) {
  if (value === null || value === undefined) {
    if (field.isNonNull) throw nullError(field);
    set(null);
  } else if (value instanceof Error) throw value;
  else field.complete(run, value, path, set);
}

const nullError = ({ info: { parentType, fieldName } }: CompiledField) =>
  new Error(`Cannot return null for non-nullable field ${parentType.name}.${fieldName}.`);

/** Few resolvers look at it, so it is made when one does. */
function lazyInfo(run: ExecutionState, field: CompiledField, path: ResponsePath): GraphQLResolveInfo {
  return field.resolve.length > 3 ? run.info(field, path) : noInfo;
}

export const noInfo = undefined as unknown as GraphQLResolveInfo;

export function completeItem(
  run: ExecutionState,
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
    run.fail(error, path);
    set(null);
  };
  const settle = (value: unknown) => {
    if (value === null || value === undefined) {
      if (list.isNonNull) throw nullError(path.field);
      set(null);
    } else if (value instanceof Error) throw value;
    else complete(run, value, path, set);
  };
  if (isPromise(item)) {
    run.await(item, settle, fail);
    return;
  }
  try {
    settle(item);
  } catch (error) {
    fail(error);
  }
}
