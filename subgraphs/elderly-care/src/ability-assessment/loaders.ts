// Ability assessments by key and by elder.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countAbilityAssessments, findAbilityAssessments, listAbilityAssessments } from './store.ts';
import type { AbilityAssessment } from './tables.ts';

export const abilityAssessmentById = defineLoader<string, AbilityAssessment | null>(async (sql, ids) =>
  alignOne(ids, await findAbilityAssessments(sql, ids), (row) => row.id),
);

export const abilityAssessmentsByElder = defineLoader<string, AbilityAssessment[], Page>(
  (sql, elderIds, page) => listAbilityAssessments(sql, elderIds, page),
);

export const abilityAssessmentCountByElder = defineLoader<string, number | null>((sql, elderIds) =>
  countAbilityAssessments(sql, elderIds),
);
