import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { RedisBuckets } from './redis-rate-limiter.ts';

type Command = string[];

/** Speaks the Redis protocol, and answers each command as `reply` says. */
async function standIn(reply: (command: Command) => string | null) {
  const sockets = new Set<Socket>();
  const commands: Command[] = [];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let taken = take(text); taken; taken = take(text)) {
        text = taken.rest;
        commands.push(taken.command);
        const answer = /^(HELLO|CLIENT|SELECT|PING)$/i.test(taken.command[0] ?? '')
          ? '+OK\r\n'
          : reply(taken.command);
        if (answer !== null) socket.write(answer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `redis://127.0.0.1:${port}`,
    commands,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function take(text: string): { command: Command; rest: string } | null {
  const [, count, start] = /^\*(\d+)\r\n([\s\S]*)$/.exec(text) ?? [];
  let rest = start ?? '';
  const command: Command = [];
  for (let index = 0; index < Number(count ?? 0); index += 1) {
    const [head, size] = /^\$(\d+)\r\n/.exec(rest) ?? [];
    if (head === undefined || rest.length < head.length + Number(size) + 2) return null;
    command.push(rest.slice(head.length, head.length + Number(size)));
    rest = rest.slice(head.length + Number(size) + 2);
  }
  return count === undefined ? null : { command, rest };
}

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const rate = { ratePerSecond: 1000, burst: 2 };
const slow = { ratePerSecond: 0.001, burst: 2 };

it('takes a token in one command, by the script’s hash, or by its text when Redis has lost it', async () => {
  let isKnown = false;
  const redis = await standIn(([command]) => {
    if (command === 'EVAL') isKnown = true;
    if (!isKnown) return '-NOSCRIPT No matching script.\r\n';
    return ':2500\r\n';
  });
  const buckets = new RedisBuckets(redis.url, () => {});
  ends.push(() => buckets.close(), redis.close);
  const scriptCalls = () => redis.commands.filter(([command = '']) => command.startsWith('EVAL'));
  await vi.waitFor(async () => expect(await buckets.take('viewer', rate)).toBe(3), {
    timeout: 20_000,
    interval: 20,
  });
  await buckets.take('viewer', rate);
  expect(scriptCalls().map(([command]) => command)).toEqual(['EVALSHA', 'EVAL', 'EVALSHA']);
  // The key, then the microseconds until a token is refilled, and those that a burst may be ahead.
  expect(scriptCalls()[2]?.slice(2)).toEqual(['1', 'district-graph:bucket:viewer', '1000', '1000']);
});

it.each<[string, (command: Command) => string | null]>([
  ['does not answer', () => null],
  ['fails', () => '-ERR broken\r\n'],
])('counts by itself while Redis %s, and says so once', async (_what, reply) => {
  const redis = await standIn(reply);
  const logged: Record<string, unknown>[] = [];
  const buckets = new RedisBuckets(redis.url, (event) => logged.push(event));
  ends.push(() => buckets.close(), redis.close);
  expect([await buckets.take('a', slow), await buckets.take('a', slow)]).toEqual([0, 0]);
  const isAsked = async () => {
    await buckets.take('viewer 2', slow);
    expect(redis.commands.map(([command]) => command)).toContain('EVALSHA');
  };
  await vi.waitFor(isAsked, { timeout: 20_000, interval: 20 });
  expect(await buckets.take('a', slow)).toBeGreaterThan(0);
  expect(await buckets.take('b', slow)).toBe(0);
  expect(logged).toHaveLength(1);
});

it('admits requests when there never was a Redis', async () => {
  const logged: Record<string, unknown>[] = [];
  const buckets = new RedisBuckets('redis://127.0.0.1:9', (event) => logged.push(event));
  ends.push(() => buckets.close());
  expect(await buckets.take('a', slow)).toBe(0);
  await vi.waitFor(() => expect(logged).toHaveLength(1), { timeout: 20_000, interval: 20 });
  expect(logged[0]).toMatchObject({ event: 'redis unavailable, rates are counted by this gateway alone' });
  expect(JSON.stringify(logged)).not.toContain('127.0.0.1');
});

it.skipIf(!process.env.TEST_REDIS_URL)(
  'on a real Redis hold a burst and are refilled at the rate',
  async () => {
    const url = process.env.TEST_REDIS_URL ?? '';
    const [one, two] = [0, 1].map(() => new RedisBuckets(url, () => {}));
    const shared = { ratePerSecond: 0.5, burst: 3 };
    if (!one || !two) throw new Error('no buckets');
    ends.push(
      () => one.close(),
      () => two.close(),
    );
    let attempt = 0;
    // Until both are connected, each counts for itself.
    const isShared = async () => {
      attempt += 1;
      const key = `test-${process.pid}-${performance.now()}-${attempt}`;
      const taken = [
        await one.take(key, shared),
        await two.take(key, shared),
        await one.take(key, shared),
        await two.take(key, shared),
      ];
      expect(taken.slice(0, 3)).toEqual([0, 0, 0]);
      expect(taken[3]).toBeGreaterThan(1000);
      expect(taken[3]).toBeLessThanOrEqual(2000);
    };
    await vi.waitFor(isShared, { timeout: 20_000, interval: 20 });
  },
);
