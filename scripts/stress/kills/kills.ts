// Keyed writes through the gateways while subgraphs, gateways and PostgreSQL are killed.
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '@district-graph/kit/seed/random';
import type { Write } from '../graph/client.ts';
import { kill, type Subgraph, subgraphs, type Victim, victims } from '../graph/replicated-graph.ts';
import type { Ground } from '../races/race.ts';
import { checkHeard, type Follower, followSubgraph, subscribe } from './change-followers.ts';
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
  /** Of each kind of process. */
  kills: number;
  seed: string;
}

const clients = 40;
/** Sends the writes and kills in their midst; resolves when each has been answered and every process is back. */
export async function writeThroughKills(
  ground: Ground,
  plan: Plan,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { graph, client, records, findings } = ground;
  await client.learn(actions);
  const world = await makeWorld(records, plan.writes);
  const before = await countsOf(ground);
  const marks = new Map<Subgraph, number>();
  for (const subgraph of subgraphs) marks.set(subgraph, await eventsSoFar(ground, subgraph));
  const followers = await startFollowers(ground);
  const answered: Answered[] = [];
  const started = performance.now();
  const progress = { sent: 0 };
  const finished = new AbortController();
  const work = Array.from({ length: clients }, (_, number) =>
    writeStories(ground, plan, number, world, progress, answered, signal),
  );
  const [, killed] = await Promise.all([
    Promise.all(work).finally(() => finished.abort()),
    killInTheMidst(ground, plan, answered, say, AbortSignal.any([signal, finished.signal])),
  ]);
  const seconds = (performance.now() - started) / 1000;
  await graph.ready();
  const names = victims.map((victim) => `${killed.get(victim) ?? 0} × ${victim}`).join(', ');
  say(
    `kills: ${answered.length} writes in ${seconds.toFixed(0)} s, killed ${names}; ${client.unanswered} tries were not answered`,
  );
  for (const victim of victims)
    findings.same(`kills: each ${victim} kill took place`, killed.get(victim) ?? 0, plan.kills);
  await checkAnswers(ground, answered);
  await checkEffects(ground, answered, before);
  await checkEvents(ground, answered, marks);
  await Promise.all(followers.map((follower) => checkHeard(graph, follower, findings)));
  for (const { name, heard, connections, withoutData } of followers)
    say(
      `follower of ${name}: ${heard.length} events over ${connections} connections, ${withoutData} without data`,
    );
}

async function startFollowers({ graph }: Ground): Promise<Follower[]> {
  const ofSubgraphs = subgraphs.map((subgraph) => followSubgraph(graph, subgraph));
  await Promise.all(ofSubgraphs.map(({ began }) => began));
  const beginOf = (subgraph: Subgraph) =>
    ofSubgraphs.find((follower) => follower.subgraph === subgraph)?.begin ?? '';
  return [
    ...ofSubgraphs,
    subscribe(graph, 'security', 'incidentChanged', 'Incident', beginOf('security')),
    subscribe(graph, 'elderly-care', 'careVisitChanged', 'CareVisit', beginOf('elderly-care')),
  ];
}

/** One client: tells story after story until all writes are sent. */
async function writeStories(
  { graph, client, findings }: Ground,
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
      const answer = await client.insist(urls, keyed, random, signal);
      answered.push({ write, key, answer });
      findings.expect(
        'writes: each is answered as if nothing had happened',
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
      // Some are sent again at once, as by a client whose answer was lost behind the gateway.
      if (random.chance(0.1))
        findings.same(
          'retries: a key sent again is answered as at first',
          await client.insist(urls, keyed, random, signal),
          answer,
          write.action,
        );
      next = await story.next(answer);
    }
  }
}

/** Kills in an order drawn from the seed, each after a number of answers drawn from it too. */
async function killInTheMidst(
  { graph, random }: Ground,
  { writes, kills }: Plan,
  answered: readonly Answered[],
  say: (line: string) => void,
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
      say(`${seconds.padStart(6)} s: killed a ${victim} after ${answered.length} answers`);
    }
  } catch (error) {
    // All writes were answered before the last kill.
    if (!signal.aborted) throw error;
  }
  return killed;
}
