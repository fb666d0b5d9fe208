// Seeds community.
import type { SeedTools } from '@district-graph/kit/seed/seeding';
import { encryptedCommendation } from '../commendation/tables.ts';
import { encryptedPetitionAgent } from '../petition-agent/tables.ts';
import { encryptedPetitionMatter, encryptedPetitionStep } from '../petition-matter/tables.ts';
import { microWorkColumns, microWorkRows } from './micro-works.ts';
import {
  agentColumns,
  agentRows,
  commendationColumns,
  commendationRows,
  matterColumns,
  matterRows,
  plannedMatters,
  stepColumns,
  stepRows,
} from './petitions.ts';

export async function seed({ city, scale, today, copy }: SeedTools): Promise<void> {
  await copy('micro_work', microWorkColumns, microWorkRows(city, today));
  // Planned again for each table: they are the same every time, and many at the scale of the city.
  const matters = () => plannedMatters(city, scale, today);
  await copy(encryptedPetitionAgent, agentColumns, agentRows(city));
  await copy(encryptedPetitionMatter, matterColumns, matterRows(matters()));
  await copy(encryptedPetitionStep, stepColumns, stepRows(matters()));
  await copy(encryptedCommendation, commendationColumns, commendationRows(matters(), today));
}
