// Seeded love supermarkets: at least one in each district and one of the city, with three years of donations and handouts, each of
// which takes what there is on its day.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { madeUpName } from '@district-graph/kit/seed/made-up-names';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo, evenShare } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import { elderId, type SeedScale, type SyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import type { Handout } from '../handout/tables.ts';
import { itemCategories, itemConditions, type StockItem } from '../stock/tables.ts';

interface SeededSupermarket {
  id: string;
  divisionCode: string;
  serviceCentreId: string | null;
  name: string;
  openedOn: string;
  longitude: number;
  latitude: number;
  /** Its number among all, from 1; that of the city has none, and no activity besides what a report states. */
  number: number | null;
}

interface SeededDonation {
  kind: 'donation';
  id: string;
  day: string;
  supermarket: SeededSupermarket;
  donorOrganisation: string | null;
  donorName: string | null;
  items: StockItem[];
  isCancelled: boolean;
}

interface SeededHandout {
  kind: 'handout';
  id: string;
  day: string;
  supermarket: SeededSupermarket;
  recipientKind: Handout['recipientKind'];
  elderId: string | null;
  recipientName: string | null;
  address: string | null;
  items: StockItem[];
}

const shortName = (name: string) => name.replace(/(居民委员会|村民委员会|居委会|村委会)$/, '');

function* supermarketsOf(city: SyntheticCity): Generator<SeededSupermarket> {
  const centres = new Map(city.centres.map(({ divisionCode, id }) => [divisionCode, id]));
  const [whole] = city.divisions;
  yield {
    id: seedId('love-supermarket', '410100', 0),
    divisionCode: '410100',
    serviceCentreId: null,
    name: '郑州市示例爱心超市',
    openedOn: '2015-09-01',
    longitude: whole?.longitude ?? 0,
    latitude: whole?.latitude ?? 0,
    number: null,
  };
  let number = 0;
  for (const district of city.districts)
    for (const [position, subdistrict] of city.subdistrictsOf(district.code).entries()) {
      const random = new Random(`love-supermarket/${subdistrict.code}`);
      const communities = city.communitiesOf(subdistrict.code);
      const community = communities.find(({ rural }) => !rural) ?? communities[0];
      if (!community || (position > 0 && !random.chance(0.5))) continue;
      number += 1;
      yield {
        id: seedId('love-supermarket', community.code, 0),
        divisionCode: community.code,
        serviceCentreId: centres.get(community.code) ?? null,
        name: `${shortName(community.name)}${random.chance(0.3) ? '雷锋超市' : '爱心超市'}`,
        openedOn: `${random.whole(2015, 2020)}-0${random.whole(1, 9)}-01`,
        longitude: community.longitude,
        latitude: community.latitude,
        number,
      };
    }
}

/** How many donations and handouts a supermarket has in three years. */
const activity: Record<SeedScale, { donations: number; handouts: number }> = {
  default: { donations: 48, handouts: 96 },
  city: { donations: 96, handouts: 480 },
};

const donors = ['示例商会', '示例志愿服务队', '示例小学', '示例机关工会', '示例物业公司'];

function pickDistinct<Value>(random: Random, values: readonly Value[], count: number): Value[] {
  const left = [...values];
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const [value] = left.splice(random.whole(0, left.length - 1), 1);
    return value as Value;
  });
}

function donationOf(
  random: Random,
  supermarket: SeededSupermarket,
  { ordinal, day, pieces }: { ordinal: number; day: string; pieces: number },
): SeededDonation {
  const donor = random.next();
  return {
    kind: 'donation',
    id: seedId('donation', supermarket.divisionCode, ordinal),
    day,
    supermarket,
    donorOrganisation: donor < 0.4 ? random.pick(donors) : null,
    donorName: donor > 0.7 ? madeUpName(random) : null,
    items: pickDistinct(random, itemCategories, random.whole(2, 3)).map((category) => ({
      category,
      condition: random.pick(itemConditions),
      quantity: random.whole(Math.ceil(pieces / 2), pieces),
    })),
    isCancelled: random.chance(0.02),
  };
}

function handoutOf(
  random: Random,
  supermarket: SeededSupermarket,
  { ordinal, day, available }: { ordinal: number; day: string; available: readonly StockItem[] },
  city: SyntheticCity,
): SeededHandout {
  const share = random.next();
  const recipientKind = share < 0.5 ? 'HOUSEHOLD' : share < 0.75 ? 'CLEANER' : 'ELDER';
  const [community] = city.communitiesOf(supermarket.divisionCode);
  const isElder = recipientKind === 'ELDER';
  return {
    kind: 'handout',
    id: seedId('handout', supermarket.divisionCode, ordinal),
    day,
    supermarket,
    recipientKind,
    elderId: isElder ? elderId(supermarket.divisionCode, ordinal % (community?.elders ?? 1)) : null,
    recipientName: isElder ? null : madeUpName(random),
    address: recipientKind === 'HOUSEHOLD' ? `郑州市 示例路 ${random.whole(1, 300)} 号` : null,
    items: pickDistinct(random, available, random.whole(1, 2)).map((item) => ({
      ...item,
      quantity: random.whole(1, Math.min(3, item.quantity)),
    })),
  };
}

const keyOf = ({ category, condition }: StockItem) => `${category} ${condition}`;

/** The donations and handouts of a supermarket in the order of time. */
function* activityOf(
  supermarket: SeededSupermarket,
  city: SyntheticCity,
  scale: SeedScale,
  today: string,
): Generator<SeededDonation | SeededHandout> {
  const { number } = supermarket;
  if (number === null) {
    yield reportedDonation(supermarket);
    return;
  }
  const { donations, handouts } = activity[scale];
  const random = new Random(`love-supermarket activity/${supermarket.id}`);
  const daysOf = (count: number) =>
    Array.from({ length: count }, (_, ordinal) => ({
      ordinal,
      ago: daysAgo((ordinal + evenShare(number)) / count),
    }));
  const events = [
    ...daysOf(donations).map((each) => ({ ...each, isDonation: true })),
    ...daysOf(handouts).map((each) => ({ ...each, isDonation: false })),
  ].sort((one, other) => other.ago - one.ago || Number(other.isDonation) - Number(one.isDonation));
  const stock = new Map<string, StockItem>();
  const add = (items: readonly StockItem[], sign: 1 | -1) => {
    for (const item of items) {
      const before = stock.get(keyOf(item))?.quantity ?? 0;
      stock.set(keyOf(item), { ...item, quantity: before + sign * item.quantity });
    }
  };
  // What there is when the period begins: handouts do not wait for the first donation.
  let pieces = 24;
  for (const { ordinal, ago, isDonation } of events) {
    const day = addDays(today, -ago);
    if (isDonation) {
      const donation = donationOf(random, supermarket, { ordinal, day, pieces });
      pieces = scale === 'city' ? 16 : 8;
      if (!donation.isCancelled) add(donation.items, 1);
      yield donation;
      continue;
    }
    const available = [...stock.values()].filter(({ quantity }) => quantity > 0);
    if (available.length === 0) continue;
    const handout = handoutOf(random, supermarket, { ordinal, day, available }, city);
    add(handout.items, -1);
    yield handout;
  }
}

/** Coats, jackets and children's clothes in one donation, as reported for the city. */
const reportedDonation = (supermarket: SeededSupermarket): SeededDonation => ({
  kind: 'donation',
  id: seedId('donation', supermarket.divisionCode, 0),
  day: '2015-10-20',
  supermarket,
  donorOrganisation: '示例单位',
  donorName: null,
  items: [
    { category: 'COAT', condition: 'GOOD', quantity: 18 },
    { category: 'JACKET', condition: 'GOOD', quantity: 31 },
    { category: 'CHILDREN_CLOTHING', condition: 'GOOD', quantity: 15 },
  ],
  isCancelled: false,
});

function* allActivity(city: SyntheticCity, scale: SeedScale, today: string) {
  for (const supermarket of supermarketsOf(city)) yield* activityOf(supermarket, city, scale, today);
}

export const loveSupermarketColumns = [
  'id',
  'division_code',
  'service_centre_id',
  'name',
  'opened_on',
  'longitude',
  'latitude',
] as const;

export function* loveSupermarketRows(city: SyntheticCity): Generator<CopyValue[]> {
  for (const { id, divisionCode, serviceCentreId, name, openedOn, longitude, latitude } of supermarketsOf(
    city,
  ))
    yield [id, divisionCode, serviceCentreId, name, openedOn, longitude, latitude];
}

export const donationColumns = [
  'id',
  'division_code',
  'love_supermarket_id',
  'donor_organisation',
  'donor_name',
  'received_on',
  'status',
  'cancel_reason',
  'cancelled_at',
] as const;

export function* donationRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  for (const event of allActivity(city, scale, today)) {
    if (event.kind !== 'donation') continue;
    const { id, supermarket, donorOrganisation, donorName, day, isCancelled } = event;
    yield [
      id,
      supermarket.divisionCode,
      supermarket.id,
      donorOrganisation,
      donorName,
      day,
      isCancelled ? 'CANCELLED' : 'RECORDED',
      isCancelled ? 'MISRECORDED' : null,
      isCancelled ? `${day}T17:00:00+08:00` : null,
    ];
  }
}

export const handoutColumns = [
  'id',
  'division_code',
  'love_supermarket_id',
  'recipient_kind',
  'elder_id',
  'recipient_name',
  'address',
  'handed_out_on',
] as const;

export function* handoutRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  for (const event of allActivity(city, scale, today)) {
    if (event.kind !== 'handout') continue;
    const { id, supermarket, recipientKind, recipientName, address, day } = event;
    const { id: supermarketId, divisionCode } = supermarket;
    yield [id, divisionCode, supermarketId, recipientKind, event.elderId, recipientName, address, day];
  }
}

export const stockEntryColumns = [
  'love_supermarket_id',
  'division_code',
  'donation_id',
  'handout_id',
  'day',
  'category',
  'condition',
  'quantity',
  'is_reversal',
] as const;

export function* stockEntryRows(
  city: SyntheticCity,
  scale: SeedScale,
  today: string,
): Generator<CopyValue[]> {
  for (const event of allActivity(city, scale, today)) {
    const { id, supermarket, day, items } = event;
    const isDonation = event.kind === 'donation';
    const reversals = isDonation && event.isCancelled ? [false, true] : [false];
    for (const isReversal of reversals)
      for (const { category, condition, quantity } of items)
        yield [
          supermarket.id,
          supermarket.divisionCode,
          isDonation ? id : null,
          isDonation ? null : id,
          day,
          category,
          condition,
          isDonation !== isReversal ? quantity : -quantity,
          isReversal,
        ];
  }
}
