// Refusals: members of a mutation's result union that say why the current data does not allow the change.
import type { Bilingual } from '../errors.ts';
import type { MutationResult } from './mutation.ts';

/** The types of refusals that have a message. */
const declaredTypes = new Set<string>();

export const isDeclaredRefusal = (type: string): boolean => declaredTypes.has(type);

/** VENUE_CLOSED for VenueClosed: the value of `RefusalCode` that belongs to the type. */
export const refusalCodeOf = (type: string): string =>
  type.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();

/** The message of a refusal, what prevents the change and what to do next, with the type's other fields. */
export interface RefusalContent extends Bilingual {
  fields?: Record<string, unknown>;
}

/** Declares the refusal whose GraphQL type is `type`. Returns the function that makes one; `describe` gets its arguments. */
export function defineRefusal<Args extends unknown[]>(
  type: string,
  describe: (...args: Args) => RefusalContent,
): (...args: Args) => MutationResult {
  declaredTypes.add(type);
  return (...args) => {
    const { zh, en, fields } = describe(...args);
    return { __typename: type, code: refusalCodeOf(type), message: `${zh} ${en}`, ...fields };
  };
}
