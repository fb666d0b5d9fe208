import { expect, it } from 'vitest';
import { abilityItems, levelOf, levelOfScore } from './score.ts';

const sum = (points: readonly number[]) => points.reduce((total, point) => total + point, 0);

it('has 26 items in four groups of 32, 15, 28 and 15 points', () => {
  const groups = Object.values(abilityItems).map((items) => Object.values<number>(items));
  expect(groups.map(sum)).toEqual([32, 15, 28, 15]);
  expect(groups.flat()).toHaveLength(26);
});

it.each([
  [90, 0],
  [89, 1],
  [66, 1],
  [65, 2],
  [46, 2],
  [45, 3],
  [30, 3],
  [29, 4],
  [0, 4],
])('takes %i points for level %i', (score, level) => {
  expect(levelOfScore(score)).toBe(level);
});

it('refuses impossible points', () => {
  for (const score of [-1, 91, 1.5, Number.NaN]) expect(() => levelOfScore(score)).toThrow('0 to 90');
});

it('makes the level one worse for a mental disorder or two care risks, not two for both, and 4 in a coma', () => {
  const none = { coma: false, mentalDisorder: false, careRisks: 0 };
  expect(levelOf(70, { ...none, mentalDisorder: true })).toBe(2);
  expect(levelOf(70, { ...none, careRisks: 1 })).toBe(1);
  expect(levelOf(70, { ...none, careRisks: 2 })).toBe(2);
  expect(levelOf(70, { ...none, mentalDisorder: true, careRisks: 3 })).toBe(2);
  expect(levelOf(10, { ...none, mentalDisorder: true })).toBe(4);
  expect(levelOf(90, { ...none, coma: true })).toBe(4);
});
