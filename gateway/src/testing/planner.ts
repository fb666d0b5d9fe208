// What the planner's tests ask with.
import { type Federation, federate, type TestedAnswer, type TestedSubgraph } from './federation.ts';

/** The answer of a federation that is made for this one question, and the calls it took. */
export async function requestOnce(
  subgraphs: readonly TestedSubgraph[],
  query: string,
  variables: Record<string, unknown> = {},
): Promise<TestedAnswer & { calls: ReturnType<Federation['calls']> }> {
  const federation = await federate(subgraphs);
  try {
    const answer = await federation.request(query, variables);
    return { ...answer, calls: federation.calls() };
  } finally {
    await federation.stop();
  }
}

/** An entity is what refers to it. */
export const referenceResolvers = { __resolveReference: (given: object) => given };
/** Tells what it was given, or fails without. */
export const requiring =
  (...names: string[]) =>
  (given: Record<string, unknown>) => {
    for (const name of names) if (given[name] === undefined) throw new Error(`without ${name}`);
    return names.map((name) => given[name]).join('+');
  };
