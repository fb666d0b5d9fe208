// What every race stands on: many writes sent at the same moment to both replicas of a subgraph.
import type { Random } from '@district-graph/kit/seed/random';
import type { Findings } from '../checks/findings.ts';
import type { Answer, Client, Outcome } from '../graph/client.ts';
import type { Records } from '../graph/records.ts';
import type { StressedGraph, Subgraph } from '../graph/replicated-graph.ts';

export interface Ground {
  graph: StressedGraph;
  client: Client;
  records: Records;
  findings: Findings;
  random: Random;
}

export interface Race {
  name: string;
  run: (ground: Ground) => Promise<void>;
}

export const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Sends all inputs at once, to the replicas in turn; the outcomes in the order of the inputs. */
export function outcomesAtOnce(
  { graph, client }: Ground,
  subgraph: Subgraph,
  action: string,
  inputs: readonly Record<string, unknown>[],
): Promise<Outcome[]> {
  const urls = graph.addressesOf(subgraph);
  return Promise.all(
    inputs.map((input, index) => client.send(urls[index % urls.length] ?? '', { subgraph, action, input })),
  );
}

/** As above where each is to be answered, if only with a refusal of its result union. */
export async function atOnce(
  ground: Ground,
  subgraph: Subgraph,
  action: string,
  inputs: readonly Record<string, unknown>[],
): Promise<Answer[]> {
  const outcomes = await outcomesAtOnce(ground, subgraph, action, inputs);
  return outcomes.flatMap(({ answer, code, reason }) => {
    ground.findings.expect(
      'races: each write is answered',
      answer !== null,
      () => `${action}: ${code} ${reason}`,
    );
    return answer ? [answer] : [];
  });
}

/** Checks that one write got through and each of the others was refused as `refusal`; the one, if so. */
export function oneOf(
  { findings }: Ground,
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
