// Made-up devices have nobody who sends their heartbeats: this process step does, once a minute, until it is ended.
import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from '@district-graph/kit/config';
import { openDatabase, type Sql } from '@district-graph/kit/database/database';
import { createLog } from '@district-graph/kit/log';
import { hearNews } from '../security-device/heartbeat-store.ts';

const everyMs = 60_000;

/** Keys that are made by seeds bear instants of 2015 and 2016; a device that people register bears the present. */
const firstRealId = '016f5e66-e800-0000-0000-000000000000';

/** Which made-up devices are alive their keys tell: 96 of 100. */
export const isAlive = (sql: Sql) => sql`('x' || right(device_id::text, 4))::bit(16)::integer % 100 < 96`;

/** Lets every made-up platform be heard now, but a few of communities and schools. */
export const refreshPlatforms = (sql: Sql) => sql`
  update platform_heartbeat h
  set last_heartbeat_at = now(), online_until = now() + make_interval(secs => interval_seconds * allowed_misses)
  from monitoring_platform p
  where p.id = h.platform_id and p.id < ${firstRealId}::uuid
    and (p.tier <> 'COMMUNITY_OR_SCHOOL' or ('x' || right(p.id::text, 4))::bit(16)::integer % 100 < 97)`;

/** Lets every made-up device and platform that is alive be heard now. Real devices are left alone. */
export const refreshHeartbeats = (sql: Sql) => sql`
  with news as materialized (
    select device_id as id, kind, division_code, in_service, silence_noted, online_until, now() as first, now() as last
    from device_heartbeat where in_service and device_id < ${firstRealId}::uuid and ${isAlive(sql)}
    order by device_id for no key update
  ), ${hearNews(sql, { caller: 'seed', action: 'recordHeartbeats' })}
  ${refreshPlatforms(sql)}`;

async function run(): Promise<void> {
  const log = createLog('security heartbeats');
  const sql = openDatabase(readConfig('security', 0).databaseUrl, {
    maxConnections: 1,
    applicationName: 'security heartbeats',
    statementTimeoutMs: everyMs,
  });
  const ending = new AbortController();
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.once(event, () => ending.abort());
  while (!ending.signal.aborted) {
    // A database that is away is asked again in a minute; until then the devices go silent, as they should.
    await refreshHeartbeats(sql).catch((error: Error) => log({ event: 'error', error: error.message }));
    await delay(everyMs, undefined, { signal: ending.signal }).catch(() => {});
  }
  await sql.end({ timeout: 5 });
}

if (import.meta.main) {
  await run().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  // Listening for the end of the parent's channel would keep the process.
  process.exit(0);
}
