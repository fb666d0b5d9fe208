// The owners that did not answer.
import { indicators } from '@district-graph/schema/indicators';
import type { IndicatorAnswer, Values } from '../graph/answers.ts';

/** Their names as in subgraphs.json: those none of whose indicators has an answer. */
export const downOwners = (values: Values<IndicatorAnswer>): string[] => {
  const answered = new Set(indicators.filter(({ id }) => values[id]).map(({ owner }) => owner));
  return [...new Set(indicators.map(({ owner }) => owner))].filter((owner) => !answered.has(owner));
};
