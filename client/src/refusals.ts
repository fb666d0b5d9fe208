// Refusals that are members of the result union of a mutation: distinguished from the record, and handled one by one.
import { type RefusalName, refusalNames } from './generated/refusals.ts';

interface Member {
  __typename?: string;
}

/** The refusals among the members of a result. */
export type RefusalOf<Result> = Extract<Result, { __typename: RefusalName }>;

/** Whether the result of a mutation is a refusal; the document must select `__typename`. */
export function isRefusal<Result extends Member>(
  result: Result | null | undefined,
): result is RefusalOf<Result> {
  return !!result && (refusalNames as readonly string[]).includes(result.__typename ?? '');
}

type Handlers<Result extends Member> = {
  [Name in NonNullable<Result['__typename']>]: (member: Extract<Result, { __typename: Name }>) => unknown;
};

/** Handlers of which one is for all refusals that have none of their own. */
type HandlersWithRefusal<Result extends Member> = Handlers<Exclude<Result, RefusalOf<Result>>> &
  Partial<Handlers<RefusalOf<Result>>> & { Refusal: (refusal: RefusalOf<Result>) => unknown };

type AnswerOf<AllHandlers> = {
  [Name in keyof AllHandlers]: AllHandlers[Name] extends (...member: never[]) => infer Answer
    ? Answer
    : never;
}[keyof AllHandlers];

/**
 * Calls the handler of the member that the result is. The compiler requires a handler for each member, or one for `Refusal`. Throws for a
 * member that was added to the graph later and that no handler accepts.
 */
export function match<Result extends Member, Given extends HandlersWithRefusal<Result>>(
  result: Result | null | undefined,
  handlers: Given,
): AnswerOf<Given>;
export function match<Result extends Member, Given extends Handlers<Result>>(
  result: Result | null | undefined,
  handlers: Given,
): AnswerOf<Given>;
export function match(result: Member | null | undefined, handlers: object): unknown {
  const byName = handlers as Record<string, ((member: unknown) => unknown) | undefined>;
  const name = result?.__typename ?? '';
  // What is not handled by name is a refusal, or a member that is newer than this client.
  const handler = Object.hasOwn(byName, name) ? byName[name] : result ? byName.Refusal : undefined;
  if (!handler) throw new TypeError(`match: no handler for ${name || 'a result without __typename'}`);
  return handler(result);
}
