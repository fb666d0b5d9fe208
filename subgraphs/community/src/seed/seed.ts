// Seeds community.
import type { SeedTools } from '@district-graph/kit/seed/seeding';
import { encryptedCommendation } from '../commendation/tables.ts';
import { encryptedDonation } from '../donation/tables.ts';
import { encryptedGrid } from '../grid/tables.ts';
import { encryptedGridProblem, encryptedGridProblemTimeline } from '../grid-problem/tables.ts';
import { encryptedGridVisit } from '../grid-visit/tables.ts';
import { encryptedHandout } from '../handout/tables.ts';
import { encryptedPetitionAgent } from '../petition-agent/tables.ts';
import { encryptedPetitionMatter, encryptedPetitionStep } from '../petition-matter/tables.ts';
import { aidGrantColumns, aidGrantRows } from './aid-grants.ts';
import {
  councilColumns,
  councilRows,
  councilSessionColumns,
  councilSessionRows,
  discussionColumns,
  discussionRows,
  topicColumns,
  topicRows,
} from './councils.ts';
import { problemColumns, problemRows, problemTimelineColumns, problemTimelineRows } from './grid-problems.ts';
import { visitColumns, visitRows } from './grid-visits.ts';
import { gridColumns, gridRows } from './grids.ts';
import {
  donationColumns,
  donationRows,
  handoutColumns,
  handoutRows,
  loveSupermarketColumns,
  loveSupermarketRows,
  stockEntryColumns,
  stockEntryRows,
} from './love-supermarkets.ts';
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
import { seedVolunteers } from './volunteers.ts';

export async function seed(tools: SeedTools): Promise<void> {
  const { city, scale, today, copy } = tools;
  await copy('micro_work', microWorkColumns, microWorkRows(city, today));
  await seedVolunteers(tools);
  await copy('love_supermarket', loveSupermarketColumns, loveSupermarketRows(city));
  await copy(encryptedDonation, donationColumns, donationRows(city, scale, today));
  await copy(encryptedHandout, handoutColumns, handoutRows(city, scale, today));
  await copy('stock_entry', stockEntryColumns, stockEntryRows(city, scale, today));
  await copy('aid_grant', aidGrantColumns, aidGrantRows(city, today));
  await copy(encryptedGrid, gridColumns, gridRows(city));
  await copy(encryptedGridVisit, visitColumns, visitRows(city, scale, today));
  await copy(encryptedGridProblem, problemColumns, problemRows(city, scale, today));
  await copy(encryptedGridProblemTimeline, problemTimelineColumns, problemTimelineRows(city, scale, today));
  await copy('council', councilColumns, councilRows(city, today));
  await copy('council_session', councilSessionColumns, councilSessionRows(city, today));
  await copy('topic', topicColumns, topicRows(city, today));
  await copy('council_session_topic', discussionColumns, discussionRows(city, today));
  // Planned again for each table: they are the same every time, and many at the scale of the city.
  const matters = () => plannedMatters(city, scale, today);
  await copy(encryptedPetitionAgent, agentColumns, agentRows(city));
  await copy(encryptedPetitionMatter, matterColumns, matterRows(matters()));
  await copy(encryptedPetitionStep, stepColumns, stepRows(matters()));
  await copy(encryptedCommendation, commendationColumns, commendationRows(matters(), today));
}
