import { expect, it } from 'vitest';
import { addressOf, viewOf } from './view.ts';

const today = '2026-11-28';

it('reads place, audience and day from the address', () => {
  const view = { within: '410105', audience: 'ELDERLY', day: '2026-11-30' } as const;
  expect(viewOf(view, today)).toEqual(view);
  expect(addressOf(view)).toBe('/programme?within=410105&audience=ELDERLY&day=2026-11-30');
});

it.each([
  [{}],
  [{ within: '11', audience: 'CATS', day: '2026-11-27' }],
  [{ within: '410105 or 1=1', day: '2026-12-05' }],
])('shows the whole city today where the address %j names nothing that there is', (parameters) => {
  expect(viewOf(parameters, today)).toEqual({ within: '410100', audience: null, day: today });
});
