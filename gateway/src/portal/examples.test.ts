import { expect, it } from 'vitest';
import { examples } from './examples.ts';

it('computes the variables for the day on which the playground is opened, and for the year of months before it', () => {
  const variables = Object.fromEntries(
    examples('2026-01-05').map(({ name, variables }) => [name.split(' ')[1], JSON.parse(variables)]),
  );
  expect(variables.Community360).toMatchObject({ today: '2026-01-05', week: { to: '2026-01-11' } });
  expect(variables.Trends.period).toEqual({ from: '2025-01-01', to: '2025-12-31' });
});
