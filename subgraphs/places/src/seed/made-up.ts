// A single made-up community with its ancestors, on which tests build.

import type { Sql } from '@district-graph/kit/database/database';
import { subdistrictCodeOf } from '@district-graph/kit/divisions/divisions';

/** The location of all of them. */
export const location = { longitude: 113.68, latitude: 34.79 };

/** The community with its subdistrict, district and city; the code is one of Jinshui, 410105. */
export async function insertExampleCommunity(sql: Sql, code = '410105007003'): Promise<void> {
  const subdistrict = subdistrictCodeOf(code);
  const { longitude, latitude } = location;
  await sql`insert into division (code, name, level, parent_code, kind, longitude, latitude) values
    ('410100', '郑州市', 'CITY', null, 'ADMINISTRATIVE', 113.6, 34.75),
    ('410105', '金水区', 'DISTRICT', '410100', 'ADMINISTRATIVE', ${longitude}, ${latitude}),
    (${subdistrict}, '示例街道', 'SUBDISTRICT', '410105', 'ADMINISTRATIVE', ${longitude}, ${latitude}),
    (${code}, '示例社区', 'COMMUNITY', ${subdistrict}, 'ADMINISTRATIVE', ${longitude}, ${latitude})`;
  await sql`insert into community values (${code}, 'ONE', 1000, 1, 1, 1, 1)`;
}
