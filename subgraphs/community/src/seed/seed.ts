// Seeds community.
import type { SeedTools } from '@district-graph/kit/seed/seeding';
import { microWorkColumns, microWorkRows } from './micro-works.ts';
import { seedVolunteers } from './volunteers.ts';

export async function seed(tools: SeedTools): Promise<void> {
  const { city, today, copy } = tools;
  await copy('micro_work', microWorkColumns, microWorkRows(city, today));
  await seedVolunteers(tools);
}
