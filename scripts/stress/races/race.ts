// The common part of all races: many writes at the same moment to both replicas of a subgraph.
import type { Random } from '@district-graph/kit/seed/random';
import type { Findings } from '../checks/findings.ts';
import type { Answer, Client, Outcome } from '../graph/client.ts';
import type { Records } from '../graph/records.ts';
import type { StressedGraph, Subgraph } from '../graph/replicated-graph.ts';

export interface RaceContext {
  graph: StressedGraph;
  client: Client;
  records: Records;
  findings: Findings;
  random: Random;
}

export interface Race {
  name: string;
  run: (context: RaceContext) => Promise<void>;
}

export const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Sends all inputs at once, to the replicas in turn; returns the outcomes in the order of the inputs. */
export function outcomesAtOnce(
  { graph, client }: RaceContext,
  subgraph: Subgraph,
  action: string,
  inputs: readonly Record<string, unknown>[],
): Promise<Outcome[]> {
  const urls = graph.addressesOf(subgraph);
  return Promise.all(
    inputs.map((input, index) => client.send(urls[index % urls.length] ?? '', { subgraph, action, input })),
  );
}

/** The same, when each must be answered with a member of its result union. */
export async function atOnce(
  context: RaceContext,
  subgraph: Subgraph,
  action: string,
  inputs: readonly Record<string, unknown>[],
): Promise<Answer[]> {
  const outcomes = await outcomesAtOnce(context, subgraph, action, inputs);
  return outcomes.flatMap(({ answer, code, reason }) => {
    context.findings.expect(
      'races: each write is answered',
      answer !== null,
      () => `${action}: ${code} ${reason}`,
    );
    return answer ? [answer] : [];
  });
}

/** Checks that one write succeeded and each of the others got the refusal; returns the successful one. */
export function oneOf(
  { findings }: RaceContext,
  check: string,
  answers: readonly Answer[],
  done: string,
  refusal: string,
): Answer | null {
  const got = answers.filter(({ __typename }) => __typename === done);
  const others = answers.filter(({ __typename }) => __typename !== done && __typename !== refusal);
  findings.expect(check, got.length === 1 && others.length === 0, () => ({
    done: got.length,
    of: answers.length,
    others: others.slice(0, 2),
  }));
  return got.length === 1 ? (got[0] ?? null) : null;
}
