// Test support for the planner: a federation for a single query, and resolvers that show what they were given.
import { type Literals, restoreLiterals } from '../planning/hoisted-literals.ts';
import { type Federation, federate, type TestedAnswer, type TestedSubgraph } from './federation.ts';

/** The answer of a federation that is started for this query, and the calls to its subgraphs. */
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

/** Resolves an entity to its representation. */
export const referenceResolvers = { __resolveReference: (representation: object) => representation };
/** Resolves to the values of the required fields, joined; throws when one is missing. */
export const requiring =
  (...names: string[]) =>
  (representation: Record<string, unknown>) => {
    for (const name of names) if (representation[name] === undefined) throw new Error(`without ${name}`);
    return names.map((name) => representation[name]).join('+');
  };

/** The text of a fetch with the literals that the client wrote. */
export function restoredText(operation: string, literals: Literals): string {
  const request = { operation, variables: [], requires: null };
  const fetch = { kind: 'Fetch', subgraph: 'one', isMutation: false, keyOnly: null } as const;
  const restored = restoreLiterals(
    { ...fetch, ...request, path: [], inputRewrites: [], outputRewrites: [] },
    literals,
  );
  return restored.kind === 'Fetch' ? restored.operation : '';
}
