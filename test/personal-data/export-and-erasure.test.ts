// The rights of a data subject: a copy of all data about an elder, and their erasure as far as the law permits.
import { newId } from '@district-graph/kit/database/ids';
import { decrypt } from '@district-graph/kit/encryption/encrypted-values';
import { developmentKeyring as keyring } from '@district-graph/kit/encryption/keyring';
import { eventsOf, type WritableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  community,
  type ErasureSubgraphs,
  erase,
  openSession,
  readAbout,
  secretsOf,
  startErasureSubgraphs,
  subgraphsOf,
  writeIn,
} from './erased-elder.ts';

let city: ErasureSubgraphs;
beforeAll(async () => {
  city = await startErasureSubgraphs();
});
afterAll(() => city.stop());

let elderId: string;
let past: string;
let coming: string;
let waiting: string;
let paid: string;
let serial = 100;
let secrets = secretsOf(serial);

/** Registers an elder with records of every kind, a new one for each test. */
beforeEach(async () => {
  const { care, culture, security } = city;
  serial += 1;
  secrets = secretsOf(serial);
  const registered = await writeIn(care, 'registerElder', {
    divisionCode: community,
    name: secrets.name,
    idNumber: secrets.idNumber,
    phone: secrets.phone,
    address: secrets.address,
    livingArrangement: 'ALONE',
    emergencyContacts: [{ name: secrets.contactName, relationship: 'CHILD', phone: secrets.contactPhone }],
    idempotencyKey: `register ${serial}`,
  });
  elderId = registered.id;
  const visit = await writeIn(care, 'requestCareVisit', {
    elderId,
    kind: 'MEAL',
    scheduledAt: '2099-01-01T09:00:00+08:00',
  });
  await writeIn(care, 'cancelCareVisit', { visitId: visit.id, reason: secrets.cancelReason });
  const month = `${new Date().toISOString().slice(0, 7)}-01`;
  const input = { elderId, scheme: 'AGE_ALLOWANCE', month, amountFen: 10_000 };
  await care.sql`update elder set birth_date = '1930-05-17' where id = ${elderId}`;
  paid = (await writeIn(care, 'grantSubsidy', input)).id;
  await care.sql`insert into ability_assessment ${care.sql(assessment())}`;
  [past, coming] = [await openSession(city, 2), await openSession(city, 48)];
  const mine = await writeIn(culture, 'bookSession', { sessionId: past, elderId });
  await writeIn(culture, 'bookSession', { sessionId: coming, elderId, idempotencyKey: `book ${serial}` });
  const other = { sessionId: coming, name: '示例丙', phone: '00000000009' };
  waiting = (await writeIn(culture, 'bookSession', other)).id;
  await culture.sql`update session set starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'
    where id = ${past}`;
  await writeIn(culture, 'markNoShow', { bookingId: mine.id });
  await writeIn(security, 'raiseIncident', {
    kind: 'HELP_CALL',
    severity: 2,
    description: '示例求助',
    location: { longitude: 113.68, latitude: 34.79 },
    divisionCode: community,
    elderId,
  });
  await handOut();
});

/** Donates and hands out one coat to the elder, whose name and address the supermarket writes down. */
async function handOut() {
  const supermarket = await writeIn(city.community, 'registerLoveSupermarket', {
    divisionCode: community,
    name: '示例爱心超市',
    openedOn: '2020-01-01',
    location: { longitude: 113.68, latitude: 34.79 },
  });
  const given = {
    loveSupermarketId: supermarket.id,
    items: [{ category: 'COAT', condition: 'GOOD', quantity: 1 }],
  };
  await writeIn(city.community, 'recordDonation', given);
  const { name: recipientName, address } = secrets;
  const recipient = { recipientKind: 'ELDER', elderId, recipientName, address };
  await writeIn(city.community, 'recordHandout', { ...given, ...recipient });
}

function assessment() {
  const [subgraph] = subgraphsOf(city)[0] ?? [];
  const table = subgraph?.encrypted?.find((each) => each.table === 'ability_assessment');
  const row = { id: newId(community), score: 40, level: 2 };
  return {
    ...table?.encrypt(keyring, row),
    division_code: community,
    elder_id: elderId,
    assessed_on: '2026-01-05',
    reason: 'FIRST',
    next_due_on: '2027-01-05',
  };
}

const pay = () => writeIn(city.care, 'paySubsidy', { subsidyId: paid });
const close = () => writeIn(city.care, 'closeElder', { elderId, reason: 'MOVED_AWAY' });
const count = async ({ sql }: WritableSubgraph, table: string) =>
  (await sql`select from ${sql(table)} where elder_id = ${elderId}`).count;

/** The contents of the databases, with encrypted columns decrypted. */
async function everything(): Promise<string> {
  const texts: string[] = [];
  for (const [{ encrypted = [] }, { sql }] of subgraphsOf(city)) {
    const tables = await sql<{ name: string }[]>`
      select table_name as name from information_schema.tables where table_schema = 'public'`;
    for (const { name } of tables) {
      const rows = await sql`select * from ${sql(name)}`;
      const table = encrypted.find((each) => each.table === name);
      const decrypted = rows.map((row) =>
        Object.fromEntries(
          Object.keys(row).map((column) => [
            column,
            table ? table.decrypt(keyring, row, column as never) : row[column],
          ]),
        ),
      );
      texts.push(JSON.stringify(decrypted));
    }
    for (const { caller, key, result } of await sql`select caller, key, result from idempotency_key`)
      texts.push(decrypt(keyring, 'idempotency', `idempotency_key.result/${caller}/${key}`, result));
  }
  return texts.join('\n');
}

describe('a copy', () => {
  it('contains all data about the elder in every subgraph, decrypted, and nothing about others', async () => {
    await pay();
    const { care, culture, security, community: governance } = await readAbout(city, elderId);
    expect(care?.tables.elder).toMatchObject([
      {
        id: elderId,
        name: secrets.name,
        idNumber: secrets.idNumber,
        phone: secrets.phone,
        address: secrets.address,
      },
    ]);
    expect(care?.tables.emergency_contact).toMatchObject([
      { name: secrets.contactName, phone: secrets.contactPhone },
    ]);
    expect(care?.tables.care_visit).toMatchObject([{ cancelReason: secrets.cancelReason }]);
    expect(care?.tables.ability_assessment).toMatchObject([{ score: 40, level: 2 }]);
    expect(care?.tables.subsidy).toMatchObject([{ id: paid, status: 'PAID' }]);
    expect(care?.changes.map(({ action }) => action)).toContain('registerElder');
    expect(care?.keptAnswers).toMatchObject([{ key: `register ${serial}`, answer: { id: elderId } }]);
    expect(culture?.tables.booking).toHaveLength(2);
    expect(security?.tables.incident).toMatchObject([{ description: '示例求助' }]);
    expect(security?.tables.incident_timeline).toMatchObject([{ action: 'RAISED' }]);
    expect(governance?.tables.handout).toMatchObject([
      { recipientName: secrets.name, address: secrets.address },
    ]);
    expect(JSON.stringify({ care, culture, security })).not.toContain(waiting);
  });

  it('is recorded before it is returned, and contains earlier disclosures', async () => {
    await readAbout(city, elderId);
    const copies = Object.values(await readAbout(city, elderId));
    expect(copies).toHaveLength(4);
    for (const copy of copies)
      expect(copy?.accessRecords).toMatchObject([
        {
          viewer: 'operator tester',
          purpose: 'DATA_SUBJECT_REQUEST',
          operation: 'person export',
          outcome: 'GIVEN',
          subjectId: elderId,
        },
      ]);
  });

  it('of an unknown elder is empty', async () => {
    expect(await readAbout(city, newId(community))).toEqual({
      care: null,
      culture: null,
      security: null,
      community: null,
    });
  });
});

describe('erasure', () => {
  it('is refused while the record is not closed, and changes nothing', async () => {
    const before = await everything();
    await expect(erase(city, elderId, false)).rejects.toThrow(/未注销.*not closed/);
    expect((await everything()) === before).toBe(true);
  });

  it('deletes all data that no law requires to be kept, and names the law for the others', async () => {
    await pay();
    await close();
    const { outcomes, forgotten } = await erase(city, elderId, false);
    expect(outcomes).toEqual({
      emergency_contact: '1 0 0',
      care_visit: '1 0 0',
      ability_assessment: '1 0 0',
      subsidy: '0 0 1',
      // The payment refers to the id.
      elder: '0 1 0',
      booking: '0 2 0',
      incident: '0 0 1',
      incident_timeline: '0 0 1',
      handout: '0 1 0',
    });
    expect(forgotten).toBe(2);
    const left = await everything();
    expect(Object.values(secrets).filter((secret) => left.includes(secret))).toEqual([]);
    const [subgraph] = subgraphsOf(city)[0] ?? [];
    const subsidies = subgraph?.personalData.tables.find(({ table }) => table === 'subsidy');
    expect(subsidies?.erasure.hold?.basis).toContain('会计档案管理办法');
    for (const [, { sql }] of subgraphsOf(city))
      expect(await sql`select * from tally_recount()`).toHaveLength(0);
  });

  it('deletes the elder’s record when no law requires it to be kept', async () => {
    await close();
    const { outcomes } = await erase(city, elderId, false);
    expect(outcomes).toMatchObject({ subsidy: '1 0 0', elder: '1 0 0' });
    expect((await city.care.sql`select from elder where id = ${elderId}`).count).toBe(0);
  });

  it('with histories kept, anonymises the record: its id, visits and counts stay', async () => {
    await close();
    const { outcomes } = await erase(city, elderId, true);
    expect(outcomes).toMatchObject({ emergency_contact: '1 0 0', care_visit: '0 1 0', elder: '0 1 0' });
    expect(await count(city.care, 'care_visit')).toBe(1);
    const [row] = await city.care.sql`select * from elder where id = ${elderId}`;
    expect(row).toMatchObject({
      name: '已删除',
      birthDate: '1930-01-01',
      idNumber: null,
      idNumberIndex: null,
      phone: null,
      abilityLevel: null,
      version: 3,
    });
    const left = await everything();
    expect(Object.values(secrets).filter((secret) => left.includes(secret))).toEqual([]);
    expect(await city.care.sql`select * from tally_recount()`).toHaveLength(0);
  });

  it('writes an event with the number of erased rows, and none the second time', async () => {
    await close();
    await erase(city, elderId, true);
    const events = await eventsOf(city.care, elderId);
    expect(events.at(-1)).toMatchObject({ action: 'ERASED', fromStatus: null, toStatus: null });
    const [event] = await city.care.sql`
      select detail from change_event where entity_id = ${elderId} and action = 'ERASED'`;
    expect(event?.detail).toEqual({
      emergency_contact: { deleted: 1, anonymised: 0 },
      care_visit: { deleted: 0, anonymised: 1 },
      elder: { deleted: 0, anonymised: 1 },
    });
    const before = await everything();
    const again = await erase(city, elderId, true);
    expect(again.forgotten).toBe(0);
    expect((await everything()) === before).toBe(true);
  });

  it('gives booked seats to the waiting list, and anonymises bookings that were used', async () => {
    await close();
    await erase(city, elderId, false);
    const bookings = await city.culture.sql`
      select session_id, elder_id, status from booking where session_id in (${past}, ${coming}) order by booked_at`;
    expect([...bookings]).toEqual([
      { sessionId: past, elderId: null, status: 'NO_SHOW' },
      { sessionId: coming, elderId: null, status: 'CANCELLED' },
      { sessionId: coming, elderId: null, status: 'CONFIRMED' },
    ]);
    const [promoted] = await city.culture.sql`select status from booking where id = ${waiting}`;
    expect(promoted?.status).toBe('CONFIRMED');
  });

  it('leaves no stored response to an idempotency key', async () => {
    await close();
    await erase(city, elderId, true);
    const again = await city.culture.write('bookSession', {
      sessionId: coming,
      elderId,
      idempotencyKey: `book ${serial}`,
    });
    expect(again.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('bookings by name and telephone', () => {
  let session: string;
  let own: string;
  let ofFamily: string;
  let ofNamesake: string;
  const book = async (name: string, phone: string) =>
    (await writeIn(city.culture, 'bookSession', { sessionId: session, name, phone })).id;
  const booking = async (id: string) => {
    const [row] = await city.culture.sql`select person_key, status from booking where id = ${id}`;
    return row;
  };

  beforeEach(async () => {
    session = await openSession(city, 24);
    own = await book(` ${secrets.name.slice(0, 2)} ${secrets.name.slice(2)}`, `+86 ${secrets.phone}`);
    ofFamily = await book(`示例家人${serial}`, secrets.phone);
    ofNamesake = await book(secrets.name, `13600000${serial}`);
  });

  it('belong to the elder when both match, however they are written; those of others with the same telephone do not', async () => {
    const { culture } = await readAbout(city, elderId);
    const ids = culture?.tables.booking?.map(({ id }) => id);
    expect(ids).toHaveLength(3);
    expect(ids).toContain(own);
    expect(culture?.changes.map(({ entityId }) => entityId)).toContain(own);
    for (const other of [ofFamily, ofNamesake]) expect(JSON.stringify(culture)).not.toContain(other);
  });

  it('are erased with the elder’s other bookings; their seats are passed on, and bookings of others stay', async () => {
    const before = await Promise.all([own, ofFamily, ofNamesake].map(booking));
    expect(before.map((row) => row?.status)).toEqual(['CONFIRMED', 'WAITLISTED', 'WAITLISTED']);
    await close();
    const { outcomes } = await erase(city, elderId, false);
    expect(outcomes.booking).toBe('0 3 0');
    const [mine, family, namesake] = await Promise.all([own, ofFamily, ofNamesake].map(booking));
    expect(mine?.status).toBe('CANCELLED');
    expect(mine?.personKey).not.toBe(before[0]?.personKey);
    expect(family).toEqual({ personKey: before[1]?.personKey, status: 'CONFIRMED' });
    expect(namesake).toEqual({ personKey: before[2]?.personKey, status: 'WAITLISTED' });
    expect((await readAbout(city, elderId)).culture?.tables.booking).toBeUndefined();
  });

  it('are not found when the elder’s record has no telephone', async () => {
    await city.care.sql`update elder set phone = null where id = ${elderId}`;
    const { culture } = await readAbout(city, elderId);
    expect(culture?.tables.booking?.map(({ id }) => id)).not.toContain(own);
  });
});
