// One run of an operation: what is gathered so far, what failed, and the calls made for it.

import type { GraphQLError } from 'graphql';
import { encoded } from '../answer/read-answer.ts';
import type { MergedObject } from '../answer/shapes.ts';
import type { Lifetime } from '../fetching/lifetime.ts';
import { type ExposedErrors, noneExposed } from './exposed-errors.ts';

/** Makes one call to a subgraph: the request's body in, the answer's text out, both latin1. Rejects with a coded error. */
export type CallSubgraph = (
  subgraph: string,
  body: string,
  isMutation: boolean,
  lifetime?: Lifetime,
) => Promise<string>;

/** Something that failed at a place of the gathered data. */
export interface Failure {
  error: GraphQLError | { message: string; extensions: Record<string, unknown> };
  /** In gathered names. */
  path: readonly (string | number)[];
  /** Told beside what was given at its place or around: nothing is lost by it. */
  isBeside?: boolean;
  /** Explains what is lost at its place, and is not told: it is told at others. */
  isQuiet?: boolean;
}

export class Execution {
  readonly failures: Failure[] = [];
  readonly root: MergedObject;
  readonly exposed: ExposedErrors;
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
    exposed: ExposedErrors = noneExposed,
  ) {
    this.exposed = exposed;
    this.root = root;
    this.#variables = variables;
    this.#call = call;
    this.#lifetime = lifetime;
  }

  /** The client's variable as JSON, latin1; null when it was not given. */
  variableText(name: string): string | null {
    let text = this.#variableTexts.get(name);
    if (text === undefined) {
      const value = Object.hasOwn(this.#variables, name) ? this.#variables[name] : undefined;
      text = value === undefined ? null : encoded(JSON.stringify(value));
      this.#variableTexts.set(name, text);
    }
    return text;
  }

  /** The same query of one subgraph is sent once in a run, wherever the plan has it, and anew after a mutation. */
  call(subgraph: string, body: string, isMutation: boolean): Promise<string> {
    if (isMutation) {
      this.#calls = new Map();
      return this.#call(subgraph, body, true, this.#lifetime);
    }
    const key = `${subgraph}\n${body}`;
    let call = this.#calls.get(key);
    if (!call) {
      call = this.#call(subgraph, body, false, this.#lifetime);
      this.#calls.set(key, call);
    }
    return call;
  }
}
