import { maxRefusedSubjects } from '@district-graph/kit/access/disclosures';
import type { GatewayRefusal } from '@district-graph/kit/access-log/gateway-refusals';
import type { ErrorCode } from '@district-graph/kit/errors';
import { anonymous, viewerFromClaims } from '@district-graph/kit/identity/viewer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RefusalLog } from './refusal-log.ts';

interface Call {
  subgraph: string;
  claims: string;
  refusals: GatewayRefusal[];
}

let calls: Call[];
let logged: Record<string, unknown>[];
let refusals: RefusalLog;
/** What a subgraph answers; by default that it accepted the report. */
let answer: (call: Call) => Promise<ErrorCode | null>;

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  logged = [];
  answer = async () => null;
  refusals = new RefusalLog(
    (subgraph, claims, body) => {
      const call = { subgraph, claims, refusals: JSON.parse(body).refusals as GatewayRefusal[] };
      calls.push(call);
      return answer(call);
    },
    (event) => logged.push(event),
  );
});
afterEach(async () => {
  const stopped = refusals.stop();
  await vi.advanceTimersByTimeAsync(5000);
  await stopped;
  vi.useRealTimers();
});

const field = (name = 'elder', subgraph = 'elderly-care') => ({ field: `Query.${name}`, subgraph });
/** Refuses a number of the viewer's operations on the subgraph. */
function refuse(id: string, count = 1, subgraph = 'elderly-care'): void {
  const request = {
    viewer: viewerFromClaims({ id }),
    claims: `claims of ${id}`,
    requestId: `request of ${id}`,
    address: null,
  };
  for (let number = 1; number <= count; number += 1)
    refusals.add(request, `Peek${number}`, [field('elder', subgraph)]);
}
const sizes = () => calls.map(({ refusals: sent }) => sent.length);
const away = async () => {
  throw new Error('away');
};

describe('a refusal', () => {
  it('is reported to the subgraph within 250 ms, with the viewer, operation and request', async () => {
    refuse('li');
    await vi.advanceTimersByTimeAsync(249);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toEqual([
      {
        subgraph: 'elderly-care',
        claims: 'claims of li',
        refusals: [{ operation: 'Peek1', requestId: 'request of li', field: 'Query.elder', address: null }],
      },
    ]);
  });

  it('is reported to the subgraph that owns the field, in a call for each viewer', async () => {
    refuse('li', 2);
    refuse('wang');
    refuse('li', 1, 'security');
    await vi.advanceTimersByTimeAsync(250);
    const reported = calls.map(({ subgraph, claims, refusals: { length } }) => [subgraph, claims, length]);
    expect(reported.sort()).toEqual([
      ['elderly-care', 'claims of li', 2],
      ['elderly-care', 'claims of wang', 1],
      ['security', 'claims of li', 1],
    ]);
  });

  it('is reported together with others, a hundred in a call, one call after the other', async () => {
    refuse('li', 1050);
    await vi.advanceTimersByTimeAsync(250);
    expect(sizes()).toEqual([...Array(10).fill(100), 50]);
    expect(calls.flatMap(({ refusals: sent }) => sent.map(({ operation }) => operation))).toEqual(
      Array.from({ length: 1050 }, (_, index) => `Peek${index + 1}`),
    );
  });

  it('waits while a report is being sent, however long that takes', async () => {
    const first = Promise.withResolvers<null>();
    answer = () => first.promise;
    refuse('li');
    await vi.advanceTimersByTimeAsync(250);
    for (let time = 0; time < 50; time += 1) {
      refuse('li');
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(sizes()).toEqual([1]);
    first.resolve(null);
    await vi.advanceTimersByTimeAsync(250);
    expect(sizes()).toEqual([1, 50]);
  });

  it('does not wait for another subgraph that is slow or unavailable', async () => {
    answer = ({ subgraph }) => (subgraph === 'security' ? new Promise(() => {}) : Promise.resolve(null));
    refuse('li', 1, 'security');
    refuse('li');
    await vi.advanceTimersByTimeAsync(250);
    refuse('li');
    await vi.advanceTimersByTimeAsync(250);
    expect(calls.map(({ subgraph }) => subgraph)).toEqual(['security', 'elderly-care', 'elderly-care']);
  });

  it('of a request with many fields is reported for the first of them; the others are counted', async () => {
    const fields = Array.from({ length: maxRefusedSubjects + 5 }, (_, index) => field(`elder${index}`));
    refusals.add(
      { viewer: viewerFromClaims({ id: 'li' }), claims: 'li', requestId: null, address: null },
      null,
      fields,
    );
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sizes()).toEqual([maxRefusedSubjects]);
    expect(logged).toEqual([{ event: 'refusals not on record', anonymous: 0, beyond: 5 }]);
  });

  it('keeps nothing of the request but what is reported', async () => {
    const viewer = viewerFromClaims({ id: 'li' });
    refusals.add(
      { viewer, claims: 'li', requestId: 'r'.repeat(9000), address: '203.0.113.7' },
      'O'.repeat(9000),
      [field()],
    );
    await vi.advanceTimersByTimeAsync(250);
    expect(calls[0]?.refusals).toEqual([
      {
        operation: 'O'.repeat(200),
        requestId: 'r'.repeat(200),
        field: 'Query.elder',
        address: '203.0.113.7',
      },
    ]);
  });

  it('of a client without a token is not reported, and counted in the log once a minute', async () => {
    for (let time = 0; time < 300; time += 1)
      refusals.add({ viewer: anonymous, claims: 'anonymous', requestId: null, address: null }, null, [
        field(),
        field('b'),
      ]);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(logged).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_001);
    expect(calls).toEqual([]);
    expect(logged).toEqual([{ event: 'refusals not on record', anonymous: 600, beyond: 0 }]);
  });
});

describe('while a subgraph is unavailable', () => {
  it('refusals wait in order and are sent again every five seconds; the log says so once', async () => {
    answer = away;
    refuse('li', 2);
    refuse('wang');
    await vi.advanceTimersByTimeAsync(250);
    refuse('li');
    await vi.advanceTimersByTimeAsync(4999);
    expect(sizes()).toEqual([2]);
    await vi.advanceTimersByTimeAsync(5001);
    expect(sizes()).toEqual([2, 3, 3]);
    expect(logged).toEqual([
      { event: 'refusals wait for the subgraph', subgraph: 'elderly-care', refusals: 3, error: 'away' },
    ]);
    answer = async () => null;
    await vi.advanceTimersByTimeAsync(5000);
    expect(
      calls.slice(3).map(({ claims, refusals: sent }) => [claims, sent.map((one) => one.operation)]),
    ).toEqual([
      ['claims of li', ['Peek1', 'Peek2', 'Peek1']],
      ['claims of wang', ['Peek1']],
    ]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sizes()).toHaveLength(5);
  });

  it.each<ErrorCode>(['UNAUTHENTICATED', 'NOT_FOUND', 'INTERNAL_SERVER_ERROR'])(
    'it waits likewise where the subgraph answers %s',
    async (code) => {
      answer = async () => code;
      refuse('li');
      await vi.advanceTimersByTimeAsync(250);
      answer = async () => null;
      await vi.advanceTimersByTimeAsync(5000);
      expect(sizes()).toEqual([1, 1]);
    },
  );

  it('a limited number waits, in all and of one viewer; the others are counted', async () => {
    answer = away;
    for (let viewer = 1; viewer <= 4; viewer += 1) refuse(`flood ${viewer}`, 3000);
    refuse('li', 1500);
    refuse('wang', 1000);
    expect(await beyond()).toBe(4 * 1000 + 500);
  });

  it('a viewer with very many leaves room for others', async () => {
    answer = away;
    refuse('flood', 100_000);
    refuse('li');
    expect(await beyond()).toBe(98_000);
    calls = [];
    answer = async () => null;
    await vi.advanceTimersByTimeAsync(5000);
    expect(sizes()).toEqual([...Array(20).fill(100), 1]);
  });

  it('those older than ten minutes are dropped and counted', async () => {
    answer = away;
    refuse('li', 7);
    await vi.advanceTimersByTimeAsync(300_000);
    refuse('wang', 2);
    await vi.advanceTimersByTimeAsync(300_000);
    answer = async () => null;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls.at(-1)).toMatchObject({ claims: 'claims of wang', refusals: { length: 2 } });
    expect(counted()).toBe(7);
  });
});

it('a report that the subgraph rejects is dropped and counted, and the next one is sent', async () => {
  answer = async ({ claims }) => (claims === 'claims of li' ? 'BAD_REQUEST' : null);
  refuse('li', 3);
  refuse('wang');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sizes()).toEqual([3, 1]);
  expect(logged).toEqual([
    { event: 'refusals rejected', level: 'warn', subgraph: 'elderly-care', refusals: 3, code: 'BAD_REQUEST' },
    { event: 'refusals not on record', anonymous: 0, beyond: 3 },
  ]);
});

describe('when the gateway stops', () => {
  it('what waits is sent at once, after the call in progress', async () => {
    const first = Promise.withResolvers<null>();
    answer = () => first.promise;
    refuse('li');
    await vi.advanceTimersByTimeAsync(250);
    refuse('li', 150);
    const stopped = refusals.stop();
    answer = async () => null;
    first.resolve(null);
    await stopped;
    expect(sizes()).toEqual([1, 100, 50]);
    expect(logged).toEqual([]);
  });

  it('what could not be reported is counted', async () => {
    answer = away;
    refuse('li', 3);
    await refusals.stop();
    expect(sizes()).toEqual([3]);
    expect(counted()).toBe(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sizes()).toEqual([3]);
  });

  it('no subgraph is waited for longer than five seconds', async () => {
    answer = () => new Promise(() => {});
    refuse('li', 3);
    const stopped = refusals.stop();
    await vi.advanceTimersByTimeAsync(5000);
    await stopped;
    expect(counted()).toBe(3);
  });
});

/** What the log reports as only counted. */
const counted = () => logged.reduce((sum, { beyond: count = 0 }) => sum + Number(count), 0);

async function beyond(): Promise<number> {
  await vi.advanceTimersByTimeAsync(250);
  refusals.flush();
  return counted();
}
