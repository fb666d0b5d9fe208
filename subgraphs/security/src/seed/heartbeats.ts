// Made-up devices send no heartbeats: this step of the process records them once a minute, until it is stopped.
import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from '@district-graph/kit/config/subgraph-config';
import { openDatabase, type Sql } from '@district-graph/kit/database/database';
import { createLog } from '@district-graph/kit/log';
import { applyHeartbeats } from '../security-device/heartbeat-store.ts';

const everyMs = 60_000;

/** Keys made by seeds contain instants of 2015 and 2016; a device registered by a user contains the present. */
const firstRealId = '016f5e66-e800-0000-0000-000000000000';

/** The key of a made-up device decides whether it is alive: 96 of 100 are. */
export const isAlive = (sql: Sql) => sql`('x' || right(device_id::text, 4))::bit(16)::integer % 100 < 96`;

/** Records a heartbeat of every made-up platform now, except for a few of communities and schools. */
export const refreshPlatforms = (sql: Sql) => sql`
  update platform_heartbeat h
  set last_heartbeat_at = now(), online_until = now() + make_interval(secs => interval_seconds * allowed_misses)
  from monitoring_platform p
  where p.id = h.platform_id and p.id < ${firstRealId}::uuid
    and (p.tier <> 'COMMUNITY_OR_SCHOOL' or ('x' || right(p.id::text, 4))::bit(16)::integer % 100 < 97)`;

/** Records a heartbeat of every made-up device and platform that is alive now. Real devices are left alone. */
export const refreshHeartbeats = (sql: Sql) => sql`
  with heartbeats as materialized (
    select device_id as id, kind, division_code, in_service, silence_noted, online_until, now() as first, now() as last
    from device_heartbeat where in_service and device_id < ${firstRealId}::uuid and ${isAlive(sql)}
    order by device_id for no key update
  ), ${applyHeartbeats(sql, { viewerId: 'seed', action: 'recordHeartbeats' })}
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
    // If the database is unavailable, it is tried again in a minute; until then the devices go silent, as they
    // should.
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
  // A listener for the end of the parent's channel would keep the process running.
  process.exit(0);
}
