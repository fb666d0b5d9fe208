// How many heartbeats a second the room takes: MEASURE_HEARTBEATS=1 npx vitest run heartbeat-rate. Not run otherwise.
import { newId } from '@district-graph/kit/ids';
import { emptyDatabase, testSubgraph } from '@district-graph/kit/testing';
import { describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

const devices = 100_000;
const perCall = 1000;
const callsAtOnce = 2;
/** Each device once a minute. */
const neededPerSecond = devices / 60;

describe.runIf(process.env.MEASURE_HEARTBEATS)('heartbeats', () => {
  it('of 100,000 devices once a minute are taken with headroom', { timeout: 600_000 }, async () => {
    const { url, sql, drop } = await emptyDatabase(subgraph);
    const platform = newId('410105');
    await sql`insert into monitoring_platform (id, division_code, device_code, name, tier, longitude, latitude)
      values (${platform}, '410105', '41010500002000000001', '示例平台', 'DISTRICT_CENTRE', 113.7, 34.8)`;
    const codes = Array.from(
      { length: devices },
      (_, index) => `4101050008134${'0'}${String(index + 1).padStart(6, '0')}`,
    );
    await sql`
      insert into security_device (id, kind, division_code, device_code, platform_id, name, longitude, latitude, intercom)
      select id, 'ALARM_BOX', '410105', code, ${platform}, '示例求助箱', 113.7, 34.8, true
      from unnest(${codes.map(() => newId('410105'))}::uuid[], ${codes}::text[]) d(id, code)`;
    const room = await testSubgraph(subgraph, url);
    // As they arrive: the devices of a call lie anywhere.
    const mixed = codes.map((_, index) => codes[(index * 7919) % devices] as string);
    for (const round of ['first heard', 'heard again', 'heard again']) {
      const started = performance.now();
      const latencies: number[] = [];
      let next = 0;
      const caller = async () => {
        while (next < devices) {
          const at = new Date().toISOString();
          const heartbeats = mixed.slice(next, next + perCall).map((deviceCode) => ({ deviceCode, at }));
          next += perCall;
          const began = performance.now();
          const { data } = await room.query(
            'mutation ($input: RecordHeartbeatsInput!) { recordHeartbeats(input: $input) { accepted } }',
            { input: { heartbeats } },
          );
          expect(data.recordHeartbeats.accepted).toBe(perCall);
          latencies.push(performance.now() - began);
        }
      };
      await Promise.all(Array.from({ length: callsAtOnce }, caller));
      const perSecond = Math.round((devices / (performance.now() - started)) * 1000);
      latencies.sort((a, b) => a - b);
      const [p50, p99] = [0.5, 0.99].map((share) =>
        Math.round(latencies[Math.floor(latencies.length * share)] ?? 0),
      );
      process.stdout.write(`${round}: ${perSecond}/s, a call of ${perCall}: p50 ${p50} ms, p99 ${p99} ms\n`);
      expect(perSecond).toBeGreaterThan(2 * neededPerSecond);
    }
    await room.stop();
    await drop();
  });
});
