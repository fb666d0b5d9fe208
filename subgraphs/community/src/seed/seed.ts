// Seeds community.
import type { SeedTools } from '@district-graph/kit/seed/seeding';
import { microWorkColumns, microWorkRows } from './micro-works.ts';

export async function seed({ city, today, copy }: SeedTools): Promise<void> {
  await copy('micro_work', microWorkColumns, microWorkRows(city, today));
}
