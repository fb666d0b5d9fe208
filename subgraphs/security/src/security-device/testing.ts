// What the tests of devices share: a subgraph with a database of its own, platforms in it, and alarm boxes to register.
import { type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph } from '../subgraph.ts';

export const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;

export const [district, branch, retiredBranch] = [id(1), id(2), id(3)];
/** The code of the district's platform. */
export const platformCode = '41010500002000000001';

let serial = 0;
/** The next code of a device of that type. */
export const codeOf = (type: string) => `4101050008${type}0${String(++serial).padStart(6, '0')}`;

/** The input of a registration, with a code of its own. */
export const alarmBox = (input = {}) => ({
  deviceCode: codeOf('134'),
  name: '示例求助箱',
  divisionCode: '410105007003',
  location: { longitude: 113.7, latitude: 34.8 },
  intercom: true,
  ...input,
});

export interface DeviceSubgraph extends WritableSubgraph {
  registerAlarmBox: (input?: object) => Promise<{ id: string; deviceCode: string }>;
}

/** Serves the subgraph as `writableSubgraph` does, with a platform of the district and two below it, one of them retired. */
export async function deviceSubgraph(selections: Record<string, string>): Promise<DeviceSubgraph> {
  const server = await writableSubgraph(subgraph, selections);
  await server.sql`insert into monitoring_platform
    (id, division_code, device_code, name, tier, parent_id, longitude, latitude, retired_at)
    values (${district}, '410105', ${platformCode}, '示例平台', 'DISTRICT_CENTRE', null, 113.7, 34.8, null),
    (${branch}, '410105007', '41010500002000000002', '示例平台', 'SUBDISTRICT_OR_BRANCH', ${district}, 113.7, 34.8, null),
    (${retiredBranch}, '410105008', '41010500002000000003', '示例平台', 'SUBDISTRICT_OR_BRANCH', ${district}, 113.7, 34.8, now())`;
  await server.sql`insert into platform_heartbeat (platform_id) values (${district})`;
  return {
    ...server,
    registerAlarmBox: async (input) => (await server.write('registerAlarmBox', alarmBox(input))).result,
  };
}
