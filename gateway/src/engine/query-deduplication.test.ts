import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate } from '../testing/federation.ts';
import { roadRequest, roadSubgraphs } from '../testing/road-graph.ts';
import type { RequestContext } from './request-context.ts';

let federation: Federation;
beforeAll(async () => {
  federation = await federate(roadSubgraphs);
});
afterAll(() => federation.stop());

describe('a query that is requested again while it runs', () => {
  const requestFor = async (viewers: (string | null)[], query = '{ road { name } }') => {
    let calls = 0;
    const call = async () => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return '{"data":{"road":{"name":"a"},"close":1}}';
    };
    const answers = await Promise.all(
      viewers.map((viewer) => federation.engine.answer(roadRequest(query), { call, viewer, headers: {} })),
    );
    return { calls, answers };
  };

  it('is executed once for one viewer', async () => {
    const { calls, answers } = await requestFor(['a', 'a', 'a']);
    expect(calls).toBe(1);
    // As bytes, which are written to each client without encoding them again.
    expect(answers[0]?.body).toBeInstanceOf(Buffer);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(JSON.parse(String(answers[0]?.body))).toEqual({ data: { road: { name: 'a' } } });
  });

  it('is executed for each viewer, and every time where the viewer is null', async () => {
    expect((await requestFor(['a', 'b'])).calls).toBe(2);
    expect((await requestFor([null, null])).calls).toBe(2);
  });

  it('is executed for each requester with a queue of its own, such as anonymous clients', async () => {
    const queues: string[] = [];
    const answers = ['10.0.0.1', '10.0.0.2', '10.0.0.1'].map((key) => {
      const call = async () => {
        queues.push(key);
        return '{"data":{"road":{"name":"a"}}}';
      };
      const requester = { key, charge: () => {} };
      return federation.engine.answer(roadRequest('{ road { name } }'), {
        call,
        viewer: '',
        requester,
        headers: {},
      });
    });
    await Promise.all(answers);
    expect(queues).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('is executed again for a request that comes over a second later, so that it has its full time', async () => {
    const deadlines: number[] = [];
    const pending: (() => void)[] = [];
    const call: RequestContext['call'] = (_subgraph, _body, _isMutation, lifetime) => {
      deadlines.push(Math.round(lifetime?.deadline ?? 0));
      return new Promise((resolve) => pending.push(() => resolve('{"data":{"road":{"name":"a"}}}')));
    };
    const first = Math.round(performance.now()) + 60_000;
    const answers = [first, first + 1000, first + 1001, first + 2001].map((deadline) => {
      const lifetime = { deadline, isAbandoned: () => false };
      return federation.engine.answer(roadRequest('{ road { name } }'), {
        call,
        viewer: 'a',
        lifetime,
        headers: {},
      });
    });
    await expect.poll(() => pending.length).toBe(2);
    for (const answer of pending) answer();
    await Promise.all(answers);
    expect(deadlines).toEqual([first, first + 1001]);
  });

  it('is executed again after a mutation, so that its change is visible', async () => {
    const pending: (() => void)[] = [];
    const call = (_subgraph: string, _body: string, isMutation: boolean) =>
      new Promise<string>((resolve) => {
        if (isMutation) resolve('{"data":{"close":1}}');
        else pending.push(() => resolve('{"data":{"road":{"name":"a"}}}'));
      });
    const send = (query: string) =>
      federation.engine.answer(roadRequest(query), { call, viewer: 'a', headers: {} });
    const before = send('{ road { name } }');
    await send('mutation { close }');
    const after = [send('{ road { name } }'), send('{ road { name } }')];
    await expect.poll(() => pending.length).toBe(2);
    for (const answer of pending) answer();
    await Promise.all([before, ...after]);
    expect(pending).toHaveLength(2);
  });

  it('is executed every time if it is a mutation', async () => {
    expect((await requestFor(['a', 'a'], 'mutation { close }')).calls).toBe(2);
  });
});
