// One run of an operation: its merged result so far, its failures, and the calls made for it.

import type { GraphQLError } from 'graphql';
import { toLatin1 } from '../answer/latin1.ts';
import type { MergedObject } from '../answer/merged-result.ts';
import type { Lifetime } from '../fetching/lifetime.ts';
import { type ExposedErrors, type FormattedError, noneExposed } from './exposed-errors.ts';

/**
 * Calls a subgraph: takes the request's body and resolves with the response's text, both latin1. Rejects with an error that has
 * a code. `path` is where the response is inserted, in merged names with `@` for every entry of a list.
 */
export type CallSubgraph = (
  subgraph: string,
  body: string,
  isMutation: boolean,
  lifetime?: Lifetime,
  path?: readonly string[],
) => Promise<string>;

/** Runs a node of a query plan. */
export type RunNode = (execution: Execution) => Promise<void> | void;

/** An error at a path of the merged result. */
export interface Failure {
  error: GraphQLError | FormattedError;
  /** In merged names. */
  path: readonly (string | number)[];
  /** The subgraph returned a value at the path all the same: nothing is missing because of the error. */
  hasValue?: boolean;
  /** Explains a null at its path, but is not reported there: it is reported at enough other paths. */
  isUnreported?: boolean;
}

export class Execution {
  readonly failures: Failure[] = [];
  readonly root: MergedObject;
  readonly exposedErrors: ExposedErrors;
  #variables: Readonly<Record<string, unknown>>;
  #variableTexts = new Map<string, string | null>();
  #call: CallSubgraph;
  #lifetime: Lifetime;
  #calls = new Map<string, Promise<string>>();

  constructor(
    root: MergedObject,
    variables: Readonly<Record<string, unknown>>,
    call: CallSubgraph,
    lifetime: Lifetime,
    exposedErrors: ExposedErrors = noneExposed,
  ) {
    this.exposedErrors = exposedErrors;
    this.root = root;
    this.#variables = variables;
    this.#call = call;
    this.#lifetime = lifetime;
  }

  /** The client's variable as JSON, latin1; null where it was not provided. */
  variableText(name: string): string | null {
    let text = this.#variableTexts.get(name);
    if (text === undefined) {
      const value = Object.hasOwn(this.#variables, name) ? this.#variables[name] : undefined;
      text = value === undefined ? null : toLatin1(JSON.stringify(value));
      this.#variableTexts.set(name, text);
    }
    return text;
  }

  /** Sends each distinct query to a subgraph once, wherever in the plan it occurs; after a mutation it is sent again. */
  call(subgraph: string, body: string, isMutation: boolean, path: readonly string[]): Promise<string> {
    if (isMutation) {
      this.#calls = new Map();
      return this.#call(subgraph, body, true, this.#lifetime, path);
    }
    const key = `${subgraph}\n${body}`;
    let call = this.#calls.get(key);
    if (!call) {
      call = this.#call(subgraph, body, false, this.#lifetime, path);
      this.#calls.set(key, call);
    }
    return call;
  }
}
