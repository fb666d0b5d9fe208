// Scoring by GB/T 42195-2022: 26 items in four groups, 90 points in all, a higher score means more able; and the
// level that follows.

/** The items by group, with the maximum points of each. */
export const abilityItems = {
  // 自理能力, 32 points.
  selfCare: {
    eating: 4,
    grooming: 4,
    bathing: 4,
    upperDressing: 4,
    lowerDressing: 4,
    urination: 4,
    defecation: 4,
    toileting: 4,
  },
  // 基础运动, 15 points.
  mobility: { bedTransfer: 4, chairTransfer: 4, walking: 4, stairs: 3 },
  // 精神状态, 28 points.
  mentalState: {
    timeOrientation: 4,
    placeOrientation: 4,
    personOrientation: 4,
    memory: 4,
    comprehension: 4,
    expression: 4,
    aggression: 1,
    depression: 1,
    consciousness: 2,
  },
  // 感知觉与社会参与, 15 points.
  participation: { sight: 2, hearing: 2, dailyAffairs: 4, transport: 3, sociability: 4 },
} as const;

export type AbilityLevel = 0 | 1 | 2 | 3 | 4;

/** Conditions that make the level worse than the score says. */
export interface AbilityCircumstances {
  coma: boolean;
  /** Dementia (F00–F03) or another mental disorder (F04–F99). */
  mentalDisorder: boolean;
  /** Falls, choking, self-harm or wandering in the last 30 days. */
  careRisks: number;
}

/** The level of a score from 0 to 90: 0 able, 1 mildly, 2 moderately, 3 severely impaired, 4 fully dependent. */
export function levelOfScore(score: number): AbilityLevel {
  if (!Number.isInteger(score) || score < 0 || score > 90)
    throw new RangeError(`score: expected 0 to 90, received ${score}`);
  if (score === 90) return 0;
  if (score >= 66) return 1;
  if (score >= 46) return 2;
  return score >= 30 ? 3 : 4;
}

/**
 * The level after adjustment: 4 in a coma; one level worse with a mental disorder or two care risks. The sources do
 * not settle whether both together add two levels; here they add one, and the level never exceeds 4.
 */
export function levelOf(
  score: number,
  { coma, mentalDisorder, careRisks }: AbilityCircumstances,
): AbilityLevel {
  const level = levelOfScore(score);
  if (coma) return 4;
  return mentalDisorder || careRisks >= 2 ? (Math.min(4, level + 1) as AbilityLevel) : level;
}
