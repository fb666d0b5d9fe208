import { afterEach, expect, it, vi } from 'vitest';
import type { CallSubgraph } from '../execution/execution.ts';
import { SubgraphCallLimiter } from './subgraph-call-limiter.ts';

/** A subgraph that answers each call when the test says so. */
function slowSubgraph() {
  const sent: string[] = [];
  const pending: { answer: (text: string) => void; fail: (error: Error) => void }[] = [];
  const call: CallSubgraph = (subgraph, body) => {
    sent.push(`${subgraph} ${body}`);
    return new Promise((answer, fail) => pending.push({ answer, fail }));
  };
  return { sent, pending, call };
}
/** Resolves once everything that is ready now has run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.restoreAllMocks();
});

it('sends a limited number of one viewer’s calls at a time and the others in order as answers arrive', async () => {
  const { sent, pending, call } = slowSubgraph();
  const limited = new SubgraphCallLimiter(2, 5000).limitCalls('viewer', call);
  const answers = ['a', 'b', 'c', 'd'].map((body) => limited('places', body, false));
  await settled();
  expect(sent).toEqual(['places a', 'places b']);
  pending[1]?.answer('of b');
  expect(await answers[1]).toBe('of b');
  await settled();
  expect(sent).toEqual(['places a', 'places b', 'places c']);
  pending[0]?.fail(new Error('unavailable'));
  await expect(answers[0]).rejects.toThrow('unavailable');
  await settled();
  expect(sent).toEqual(['places a', 'places b', 'places c', 'places d']);
  pending[2]?.answer('of c');
  pending[3]?.answer('of d');
  expect(await Promise.all(answers.slice(2))).toEqual(['of c', 'of d']);
});

it('counts calls of an expensive operation as several, and lets no call overtake one that waits', async () => {
  const { sent, pending, call } = slowSubgraph();
  const limiter = new SubgraphCallLimiter(8, 5000);
  const request = (body: string, cost: number) =>
    limiter.limitCalls('viewer', call, () => cost)('security', body, false);
  const answers = [request('a', 20_000), request('b', 15_000), request('c', 1_000_000), request('d', 0)];
  await settled();
  expect(sent).toEqual(['security a']);
  pending[0]?.answer('');
  await settled();
  expect(sent).toEqual(['security a', 'security b']);
  pending[1]?.answer('');
  await settled();
  expect(sent).toEqual(['security a', 'security b', 'security c']);
  pending[2]?.answer('');
  await settled();
  expect(sent).toHaveLength(4);
  pending[3]?.answer('');
  await Promise.all(answers);
});

it('counts each viewer and each subgraph by itself', async () => {
  const { sent, call } = slowSubgraph();
  const limiter = new SubgraphCallLimiter(1, 5000);
  for (const body of ['1', '2', '3']) void limiter.limitCalls('viewer', call)('places', body, false);
  void limiter.limitCalls('another', call)('places', '4', false);
  void limiter.limitCalls('viewer', call)('culture', '5', true);
  await settled();
  expect(sent).toEqual(['places 1', 'places 4', 'culture 5']);
});

it('does not send a call that has waited too long, and continues with the next', async () => {
  const { sent, pending, call } = slowSubgraph();
  const limited = new SubgraphCallLimiter(1, 5000).limitCalls('viewer', call);
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const first = limited('places', '1', false);
  const late = limited('places', '2', false);
  now.mockReturnValue(4000);
  const next = limited('places', '3', false);
  now.mockReturnValue(5001);
  pending[0]?.answer('done');
  expect(await first).toBe('done');
  await expect(late).rejects.toMatchObject({
    extensions: { code: 'TOO_MANY_AT_ONCE', service: 'places', limit: 1 },
  });
  await settled();
  expect(sent).toEqual(['places 1', 'places 3']);
  pending[1]?.answer('done too');
  expect(await next).toBe('done too');
});
