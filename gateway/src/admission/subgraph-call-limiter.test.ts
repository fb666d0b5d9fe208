import { afterEach, expect, it, vi } from 'vitest';
import type { CallSubgraph } from '../execution/execution.ts';
import { SubgraphCallLimiter } from './subgraph-call-limiter.ts';

/** A subgraph whose answers come when a test says so. */
function slow() {
  const asked: string[] = [];
  const pending: { answer: (text: string) => void; fail: (error: Error) => void }[] = [];
  const call: CallSubgraph = (subgraph, body) => {
    asked.push(`${subgraph} ${body}`);
    return new Promise((answer, fail) => pending.push({ answer, fail }));
  };
  return { asked, pending, call };
}
/** Once all that is ready now has run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.restoreAllMocks();
});

it('asks a subgraph for so much of one viewer at a time, the rest in its order as answers come', async () => {
  const { asked, pending, call } = slow();
  const mine = new SubgraphCallLimiter(2, 5000).of('me', call);
  const answers = ['a', 'b', 'c', 'd'].map((body) => mine('places', body, false));
  await settled();
  expect(asked).toEqual(['places a', 'places b']);
  pending[1]?.answer('of b');
  expect(await answers[1]).toBe('of b');
  await settled();
  expect(asked).toEqual(['places a', 'places b', 'places c']);
  pending[0]?.fail(new Error('away'));
  await expect(answers[0]).rejects.toThrow('away');
  await settled();
  expect(asked).toEqual(['places a', 'places b', 'places c', 'places d']);
  pending[2]?.answer('of c');
  pending[3]?.answer('of d');
  expect(await Promise.all(answers.slice(2))).toEqual(['of c', 'of d']);
});

it('counts calls of an operation that costs much as several, and lets none past one that waits', async () => {
  const { asked, pending, call } = slow();
  const turns = new SubgraphCallLimiter(8, 5000);
  const ask = (body: string, cost: number) => turns.of('me', call, () => cost)('security', body, false);
  const answers = [ask('a', 20_000), ask('b', 15_000), ask('c', 1_000_000), ask('d', 0)];
  await settled();
  expect(asked).toEqual(['security a']);
  pending[0]?.answer('');
  await settled();
  expect(asked).toEqual(['security a', 'security b']);
  pending[1]?.answer('');
  await settled();
  expect(asked).toEqual(['security a', 'security b', 'security c']);
  pending[2]?.answer('');
  await settled();
  expect(asked).toHaveLength(4);
  pending[3]?.answer('');
  await Promise.all(answers);
});

it('makes nobody wait for another viewer, nor for another subgraph', async () => {
  const { asked, call } = slow();
  const turns = new SubgraphCallLimiter(1, 5000);
  for (const body of ['1', '2', '3']) void turns.of('me', call)('places', body, false);
  void turns.of('another', call)('places', '4', false);
  void turns.of('me', call)('culture', '5', true);
  await settled();
  expect(asked).toEqual(['places 1', 'places 4', 'culture 5']);
});

it('gives up what has waited for longer than it would be waited for, without asking, and goes on with the next', async () => {
  const { asked, pending, call } = slow();
  const mine = new SubgraphCallLimiter(1, 5000).of('me', call);
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const first = mine('places', '1', false);
  const late = mine('places', '2', false);
  now.mockReturnValue(4000);
  const next = mine('places', '3', false);
  now.mockReturnValue(5001);
  pending[0]?.answer('done');
  expect(await first).toBe('done');
  await expect(late).rejects.toMatchObject({
    extensions: { code: 'TOO_MANY_AT_ONCE', service: 'places', limit: 1 },
  });
  await settled();
  expect(asked).toEqual(['places 1', 'places 3']);
  pending[1]?.answer('done too');
  expect(await next).toBe('done too');
});
