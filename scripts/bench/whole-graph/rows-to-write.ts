// Inserts the rows of the write benchmark: devices and sessions.
import type { Database } from '@district-graph/kit/database/database';
import { newId } from '@district-graph/kit/database/ids';

const home = '410105007003';

/** Inserts devices under the platform of a district, without a heartbeat; returns their codes. */
export async function addDevices(sql: Database, count: number): Promise<string[]> {
  const [platform] = await sql`
    select id from monitoring_platform where division_code = '410105' and retired_at is null order by id limit 1`;
  const codes = Array.from({ length: count }, (_, n) => `41010500451349${String(n + 1).padStart(6, '0')}`);
  for (let next = 0; next < count; next += 10_000) {
    const some = codes.slice(next, next + 10_000);
    await sql`
      insert into security_device (id, kind, division_code, device_code, platform_id, name, longitude, latitude, intercom)
      select id, 'ALARM_BOX', ${home}, code, ${platform?.id}, '示例求助箱', 113.7, 34.8, true
      from unnest(${some.map(() => newId(home))}::uuid[], ${some}::text[]) d(id, code)`;
  }
  await sql`analyze security_device, device_heartbeat`;
  return codes;
}

/** Inserts sessions that start tomorrow and have enough seats; returns their ids. */
export async function addSessions(sql: Database, count: number): Promise<string[]> {
  const [activity] =
    await sql`select id, category, audience from activity where division_code like '410105%' limit 1`;
  const ids = Array.from({ length: count }, () => newId(home));
  const startsAt = new Date(Date.now() + 86_400_000).toISOString();
  const endsAt = new Date(Date.now() + 90_000_000).toISOString();
  await sql`
    insert into session ${sql(
      ids.map((id) => ({
        id,
        division_code: home,
        activity_id: activity?.id,
        category: activity?.category,
        audience: activity?.audience,
        place: '示例',
        starts_at: startsAt,
        ends_at: endsAt,
        status: 'SCHEDULED',
        capacity: 30_000,
        longitude: 113.7,
        latitude: 34.8,
      })),
    )}`;
  return ids;
}
