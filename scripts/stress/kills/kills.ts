// Sends writes with idempotency keys through the gateways while subgraphs, gateways and PostgreSQL are killed.
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '@district-graph/kit/seed/random';
import type { Write } from '../graph/client.ts';
import { kill, type Subgraph, subgraphs, type Victim, victims } from '../graph/replicated-graph.ts';
import type { RaceContext } from '../races/race.ts';
import { checkReceived, type Follower, followSubgraph, subscribe } from './change-followers.ts';
import { actions, makeWorld, stories } from './stories.ts';
import {
  type Answered,
  checkAnswers,
  checkEffects,
  checkEvents,
  countsOf,
  eventsSoFar,
} from './verify-writes.ts';

export interface Plan {
  writes: number;
  /** The number of kills of each kind of process. */
  kills: number;
  seed: string;
}

const clients = 40;
/** Sends the writes and kills processes meanwhile; resolves when every write is answered and every process is ready again. */
export async function writeThroughKills(
  context: RaceContext,
  plan: Plan,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { graph, client, records, findings } = context;
  await client.readResultTypes(actions);
  const world = await makeWorld(records, plan.writes);
  const before = await countsOf(context);
  const marks = new Map<Subgraph, number>();
  for (const subgraph of subgraphs) marks.set(subgraph, await eventsSoFar(context, subgraph));
  const followers = await startFollowers(context);
  const answered: Answered[] = [];
  const started = performance.now();
  const progress = { sent: 0 };
  const finished = new AbortController();
  const work = Array.from({ length: clients }, (_, number) =>
    runScenarios(context, plan, number, world, progress, answered, signal),
  );
  const [, killed] = await Promise.all([
    Promise.all(work).finally(() => finished.abort()),
    killProcesses(context, plan, answered, report, AbortSignal.any([signal, finished.signal])),
  ]);
  const seconds = (performance.now() - started) / 1000;
  await graph.ready();
  const names = victims.map((victim) => `${killed.get(victim) ?? 0} × ${victim}`).join(', ');
  report(
    `kills: ${answered.length} writes in ${seconds.toFixed(0)} s, killed ${names}; ${client.unanswered} attempts were not answered`,
  );
  for (const victim of victims)
    findings.same(`kills: each ${victim} kill took place`, killed.get(victim) ?? 0, plan.kills);
  await checkAnswers(context, answered);
  await checkEffects(context, answered, before);
  await checkEvents(context, answered, marks);
  await Promise.all(followers.map((follower) => checkReceived(graph, follower, findings)));
  for (const { name, received, connections, withoutData } of followers)
    report(
      `follower of ${name}: ${received.length} events over ${connections} connections, ${withoutData} without data`,
    );
}

async function startFollowers({ graph }: RaceContext): Promise<Follower[]> {
  const ofSubgraphs = subgraphs.map((subgraph) => followSubgraph(graph, subgraph));
  await Promise.all(ofSubgraphs.map(({ started }) => started));
  const startCursorOf = (subgraph: Subgraph) =>
    ofSubgraphs.find((follower) => follower.subgraph === subgraph)?.startCursor ?? '';
  return [
    ...ofSubgraphs,
    subscribe(graph, 'security', 'incidentChanged', 'Incident', startCursorOf('security')),
    subscribe(graph, 'elderly-care', 'careVisitChanged', 'CareVisit', startCursorOf('elderly-care')),
  ];
}

/** One client: runs scenarios until all writes are sent. */
async function runScenarios(
  { graph, client, findings }: RaceContext,
  { writes, seed }: Plan,
  number: number,
  world: Parameters<typeof stories>[0],
  progress: { sent: number },
  answered: Answered[],
  signal: AbortSignal,
): Promise<void> {
  const random = new Random(`${seed}/client/${number}`);
  const urls = graph.gateways.map((gateway) => `${gateway}/graphql`);
  for (const story of stories(world, random)) {
    let next = await story.next();
    while (!next.done) {
      if (progress.sent >= writes) return;
      progress.sent += 1;
      const write = next.value;
      const key = `kills-${number}-${progress.sent}`;
      const keyed: Write = { ...write, input: { ...write.input, idempotencyKey: key } };
      const answer = await client.sendUntilAnswered(urls, keyed, random, signal);
      answered.push({ write, key, answer });
      findings.expect(
        'writes: each is answered as without kills',
        write.expected.includes(answer.__typename) &&
          (write.status === undefined || answer.status === write.status),
        () => ({
          action: write.action,
          input: write.input,
          expected: [write.expected, write.status],
          answer,
        }),
      );
      if (!write.expected.includes(answer.__typename)) break;
      // Some are sent again at once, like by a client that did not receive the response of the gateway.
      if (random.chance(0.1))
        findings.same(
          'retries: a repeated key gets the first answer',
          await client.sendUntilAnswered(urls, keyed, random, signal),
          answer,
          write.action,
        );
      next = await story.next(answer);
    }
  }
}

/** Kills processes in a random order, each after a random number of answers; both depend on the seed. */
async function killProcesses(
  { graph, random }: RaceContext,
  { writes, kills }: Plan,
  answered: readonly Answered[],
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<ReadonlyMap<Victim, number>> {
  const started = performance.now();
  const killed = new Map<Victim, number>();
  const moments = victims
    .flatMap((victim) =>
      Array.from({ length: kills }, () => ({
        victim,
        after: random.whole(Math.floor(writes * 0.02), Math.floor(writes * 0.9)),
      })),
    )
    .sort((a, b) => a.after - b.after);
  try {
    for (const { victim, after } of moments) {
      while (answered.length < after) await delay(2, undefined, { signal });
      await delay(random.whole(0, 40), undefined, { signal });
      await kill(graph, victim, (pids) => random.pick(pids), signal);
      killed.set(victim, (killed.get(victim) ?? 0) + 1);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      report(`${seconds.padStart(6)} s: killed a ${victim} after ${answered.length} answers`);
    }
  } catch (error) {
    // All writes were answered before the last kill.
    if (!signal.aborted) throw error;
  }
  return killed;
}
