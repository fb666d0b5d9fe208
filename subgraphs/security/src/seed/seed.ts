// Seeds security: platforms, devices and their heartbeats, incidents with their timelines, safety inspections.
import type { SeedTools } from '@district-graph/kit/seed/seeding';
import {
  deviceColumns,
  devices,
  platformColumns,
  platformHeartbeatRows,
  platformRows,
  statusChangeRows,
} from './devices.ts';
import { isAlive, refreshPlatforms } from './heartbeats.ts';
import { incidentColumns, incidentRows, timelineRows } from './incidents.ts';
import { inspectionColumns, inspectionRows } from './inspections.ts';

export async function seed({ sql, city, scale, today, copy }: SeedTools): Promise<void> {
  await copy('monitoring_platform', platformColumns, platformRows(city, scale));
  await copy('platform_heartbeat', ['platform_id'], platformHeartbeatRows(city, scale));
  await copy('security_device', deviceColumns, deviceRows());
  await copy('device_status_change', ['device_id', 'at', 'status'], statusChangeRows(city, scale, today));
  // Devices that are not alive fell silent during the last three days; the others have sent heartbeats all the time.
  await sql`
    update device_heartbeat set last_heartbeat_at = heartbeats.at, silence_noted = not heartbeats.alive,
      online_until = heartbeats.at + make_interval(secs => interval_seconds * allowed_misses)
    from (
      select device_id as id, alive, case when alive then now() else ${`${today}T00:00:00+08:00`}::timestamptz
        - make_interval(hours => 1 + ('x' || left(right(device_id::text, 8), 4))::bit(16)::integer % 72) end as at
      from (select device_id, ${isAlive(sql)} as alive from device_heartbeat) each_device
    ) heartbeats
    where heartbeats.id = device_id`;
  await refreshPlatforms(sql);
  await copy(
    'incident',
    incidentColumns,
    incidentRows(city, scale, today),
    scale === 'city' ? 1_065_000 : undefined,
  );
  await copy(
    'incident_timeline',
    ['incident_id', 'sequence', 'at', 'actor', 'action', 'note'],
    timelineRows(city, scale, today),
    scale === 'city' ? 4_900_000 : undefined,
  );
  await copy('safety_inspection', inspectionColumns, inspectionRows(city, scale, today));

  function* deviceRows() {
    for (const { row } of devices(city, scale, today)) yield row;
  }
}
