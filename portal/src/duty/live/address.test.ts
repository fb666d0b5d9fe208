import { expect, it } from 'vitest';
import { searchOf, viewOf } from './address.ts';

it('an address opens the view that it was made of', () => {
  const view = {
    within: '410105007',
    shows: 'all' as const,
    severity: 1,
    incident: '01890000-0000-7000-8000-000000000001',
    metres: 500,
  };
  expect(viewOf(searchOf(view, '410105'), '410105')).toEqual(view);
  expect(searchOf(viewOf('', '410105'), '410105')).toBe('');
});

it('what an address cannot mean is as it is at first', () => {
  expect(viewOf('?within=x&shows=none&severity=9&metres=7', '410105')).toEqual(viewOf('', '410105'));
});
