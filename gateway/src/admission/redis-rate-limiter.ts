// Token buckets in Redis, shared by all gateways. While Redis is unavailable, each gateway counts for itself.
import { createHash } from 'node:crypto';
import type { Rate } from '@district-graph/kit/identity/api-key';
import type { Log } from '@district-graph/kit/log';
import { createClient } from '@redis/client';
import { type Buckets, MemoryBuckets } from './rate-limiter.ts';

/** Every request waits for Redis first: a slower Redis counts as unavailable. */
const timeoutMs = 100;
/** How long Redis is not used after a failure. */
const pauseMs = 1000;
/** How often its unavailability is logged. */
const logEveryMs = 60_000;
const prefix = 'district-graph:bucket:';

/** Takes tokens atomically by the clock of Redis, in microseconds. The key expires when its bucket is full again. */
const script = `
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
local wait = full - now - tonumber(ARGV[2])
if wait > 0 then return math.ceil(wait) end
full = full + tonumber(ARGV[1])
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 1)
return 0`;
const scriptHash = createHash('sha1').update(script).digest('hex');

type Client = ReturnType<typeof createClient>;

export class RedisBuckets implements Buckets {
  #client: Client;
  #local = new MemoryBuckets();
  #unusedUntil = 0;
  #loggedAt = Number.NEGATIVE_INFINITY;
  #log: Log;

  /** Does not wait for the connection: a Redis that starts later is used from then on. */
  constructor(url: string, log: Log) {
    this.#log = log;
    this.#client = createClient({
      url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: 10_000,
      socket: { connectTimeout: 2000, reconnectStrategy: (retries) => Math.min(100 * 2 ** retries, 5000) },
    });
    this.#client.on('error', (error: Error) => this.#logUnavailable(error));
    this.#client.connect().catch((error: Error) => this.#logUnavailable(error));
  }

  async take(key: string, rate: Rate, count = 1): Promise<number> {
    const intervalUs = intervalOf(rate);
    const waitUs = await this.#takeFromRedis(key, count * intervalUs, (rate.burst - count) * intervalUs);
    return waitUs === null ? this.#local.take(key, rate, count) : Math.ceil(waitUs / 1000);
  }

  async charge(key: string, rate: Rate, tokens: number): Promise<void> {
    const isCounted = await this.#takeFromRedis(
      key,
      Math.round(intervalOf(rate) * tokens),
      Number.MAX_SAFE_INTEGER,
    );
    if (isCounted === null) this.#local.charge(key, rate, tokens);
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  /** Null while Redis is unavailable. */
  async #takeFromRedis(key: string, takenUs: number, toleratedUs: number): Promise<number | null> {
    if (!this.#client.isReady || performance.now() < this.#unusedUntil) return null;
    try {
      return await withTimeout(this.#runScript(prefix + key, takenUs, toleratedUs));
    } catch (error) {
      this.#unusedUntil = performance.now() + pauseMs;
      this.#logUnavailable(error as Error);
      return null;
    }
  }

  async #runScript(key: string, takenUs: number, toleratedUs: number): Promise<number> {
    const call = { keys: [key], arguments: [String(takenUs), String(toleratedUs)] };
    try {
      return Number(await this.#client.evalSha(scriptHash, call));
    } catch (error) {
      // Redis loses its scripts when it restarts.
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return Number(await this.#client.eval(script, call));
    }
  }

  #logUnavailable(error: Error): void {
    const now = performance.now();
    if (now - this.#loggedAt < logEveryMs) return;
    this.#loggedAt = now;
    const code = (error as NodeJS.ErrnoException).code ?? error.name;
    this.#log({ event: 'redis unavailable, rates are counted by this gateway alone', error: code });
  }
}

const intervalOf = ({ ratePerSecond }: Rate): number => Math.max(1, Math.round(1_000_000 / ratePerSecond));

async function withTimeout<Value>(value: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('TIMEOUT')), timeoutMs);
  try {
    return await Promise.race([value, promise]);
  } finally {
    clearTimeout(timer);
  }
}
