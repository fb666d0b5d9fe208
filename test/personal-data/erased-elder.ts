// Four subgraphs in which an elder has records of every kind, and functions that read and erase them.
import { subgraph as communityGovernance } from '@district-graph/community';
import { subgraph as culture } from '@district-graph/culture';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { AccessRecords } from '@district-graph/kit/access-log/records';
import { newId } from '@district-graph/kit/database/ids';
import { developmentKeyring as keyring } from '@district-graph/kit/encryption/keyring';
import { anonymous, type Viewer } from '@district-graph/kit/identity/viewer';
import { eraseElder } from '@district-graph/kit/personal-data/erasure';
import { readAboutElder, seekElder } from '@district-graph/kit/personal-data/personal-data';
import type { Subgraph } from '@district-graph/kit/subgraph';
import { type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph as security } from '@district-graph/security';

export const community = '410105007003';
/** A synthetic identity number with its check digit. */
function idNumberOf(serial: number): string {
  const digits = `41010519400101${serial}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return `${digits}${'10X98765432'[sum % 11]}`;
}

/** The identifying values of one elder, who has a serial number of three digits. */
export const secretsOf = (serial: number) => ({
  name: `欧阳示例甲${serial}号`,
  idNumber: idNumberOf(serial),
  phone: `13700000${serial}`,
  address: `示例路 ${serial} 号 3 单元`,
  contactName: `欧阳示例乙${serial}号`,
  contactPhone: `13900000${serial}`,
  cancelReason: `示例住院无法开门${serial}次`,
});

export interface ErasureSubgraphs {
  care: WritableSubgraph;
  culture: WritableSubgraph;
  security: WritableSubgraph;
  community: WritableSubgraph;
  stop: () => Promise<void>;
}

export async function startErasureSubgraphs(): Promise<ErasureSubgraphs> {
  const care = await writableSubgraph(elderlyCare, {
    Elder: 'id status version',
    CareVisit: 'id status',
    AbilityAssessment: 'id',
    Subsidy: 'id status',
  });
  const bookings = await writableSubgraph(culture, { Booking: 'id status' });
  const incidents = await writableSubgraph(security, { Incident: 'id status' });
  const governance = await writableSubgraph(communityGovernance, {
    LoveSupermarket: 'id status',
    Donation: 'id status',
    Handout: 'id status',
  });
  await bookings.sql`insert into activity (id, division_code, title, category, audience, organiser)
    values (${activityId}, '410105007', '示例', 'LECTURE', 'ELDERLY', '示例')`;
  return {
    care,
    culture: bookings,
    security: incidents,
    community: governance,
    stop: async () => {
      for (const subgraph of [care, bookings, incidents, governance]) await subgraph.stop();
    },
  };
}

const activityId = newId('410105007');

/** Inserts a session with one seat that starts some hours from now; returns its id. */
export async function openSession({ culture: { sql } }: ErasureSubgraphs, hours: number): Promise<string> {
  const id = newId('410105007');
  const at = (hour: number) => new Date(Date.now() + hour * 3_600_000).toISOString();
  await sql`insert into session ${sql({
    id,
    division_code: '410105007',
    activity_id: activityId,
    category: 'LECTURE',
    audience: 'ELDERLY',
    place: '示例',
    starts_at: at(hours),
    ends_at: at(hours + 1),
    status: 'SCHEDULED',
    capacity: 1,
    longitude: 113.6,
    latitude: 34.8,
  })}`;
  return id;
}

export async function writeIn(subgraph: WritableSubgraph, action: string, input: Record<string, unknown>) {
  const { result, code } = await subgraph.write(action, input);
  if (!result?.id) throw new Error(`${action}: ${JSON.stringify({ result, code })}`);
  return result as { id: string; status: string };
}

/** The definition of each subgraph, with the running one. */
export const subgraphsOf = (city: ErasureSubgraphs): [Subgraph, WritableSubgraph][] => [
  [elderlyCare, city.care],
  [culture, city.culture],
  [security, city.security],
  [communityGovernance, city.community],
];

const operator: Viewer = {
  ...anonymous,
  id: 'operator tester',
  divisions: ['410100'],
  purpose: 'DATA_SUBJECT_REQUEST',
};

const seek = ({ care }: ErasureSubgraphs, elderId: string) =>
  seekElder(elderlyCare, { sql: care.sql, keyring, elderId });

export async function readAbout(city: ErasureSubgraphs, elderId: string) {
  const elder = await seek(city, elderId);
  const copies = [];
  for (const [subgraph, { sql }] of subgraphsOf(city)) {
    const records = new AccessRecords({ sql, keyring, log: () => {} });
    const cause = { viewer: operator, operation: 'person export', requestId: null, address: null };
    const about = await readAboutElder(subgraph, { sql, keyring, elder }, (given) =>
      records.disclose(cause, given),
    );
    await records.stop();
    copies.push(about);
  }
  const [care = null, booked = null, incidents = null, governance = null] = copies;
  return { care, culture: booked, security: incidents, community: governance };
}

export async function erase(city: ErasureSubgraphs, elderId: string, keepsHistories: boolean) {
  const outcomes: Record<string, string> = {};
  let forgotten = 0;
  const elder = await seek(city, elderId);
  for (const [subgraph, { sql }] of subgraphsOf(city)) {
    const erased = await eraseElder(subgraph, { sql, keyring, viewer: operator, elder, keepsHistories });
    forgotten += erased.answersForgotten;
    for (const { table, deleted, anonymised, retained } of erased.tables)
      outcomes[table] = `${deleted} ${anonymised} ${retained}`;
  }
  return { outcomes, forgotten };
}
