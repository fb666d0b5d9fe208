// Seeds sample-bureau: up to three sample records in each community, over the last three years.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo, evenShare } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue, SeedTools } from '@district-graph/kit/seed/seeding';
import type { SyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { encryptedSampleRecord, sampleRecordKinds } from '../sample-record/tables.ts';

export async function seed({ city, today, copy }: SeedTools): Promise<void> {
  await copy(encryptedSampleRecord, sampleRecordColumns, sampleRecordRows(city, today));
}

const sampleRecordColumns = [
  'id',
  'division_code',
  'name',
  'kind',
  'contact_phone',
  'registered_on',
  'status',
  'closed_on',
];

function* sampleRecordRows(city: SyntheticCity, today: string): Generator<CopyValue[]> {
  let serial = 0;
  for (const { code } of city.communities) {
    const random = new Random(`sample-record/${code}`);
    const count = random.whole(0, 3);
    for (let ordinal = 0; ordinal < count; ordinal += 1) {
      serial += 1;
      const day = addDays(today, -daysAgo(evenShare(serial)));
      const isClosed = random.chance(0.1);
      yield [
        seedId('sample-record', code, ordinal),
        code,
        `示例记录${serial}`,
        random.pick(sampleRecordKinds),
        // No telephone number begins like this.
        `00${String(serial).padStart(9, '0')}`,
        isClosed ? addDays(day, -random.whole(0, 300)) : day,
        isClosed ? 'CLOSED' : 'ACTIVE',
        isClosed ? day : null,
      ];
    }
  }
}
