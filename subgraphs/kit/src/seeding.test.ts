import { expect, it } from 'vitest';
import { Random } from './random.ts';
import { elderId, loadSyntheticCity } from './synthetic-city.ts';

it('repeats its randomness', () => {
  const numbers = (seed: string) => {
    const random = new Random(seed);
    return [random.next(), random.whole(1, 6), random.pick(['a', 'b', 'c'])];
  };
  expect(numbers('a')).toEqual(numbers('a'));
  expect(numbers('a')).not.toEqual(numbers('b'));
});

it('makes the same city each time, of the size of the register', () => {
  const city = loadSyntheticCity('default');
  expect(city).toMatchObject({
    divisions: { length: 3530 },
    districts: { length: 15 },
    communities: { length: 3306 },
  });
  expect(city.communitiesOf('410105')).toHaveLength(287);
  expect(city.centres).toEqual(loadSyntheticCity('default').centres);
  expect(elderId('410105007001', 0)).toBe(elderId('410105007001', 0));
});

it('makes a city of about 1.9 million elderly people at full size', () => {
  const elders = loadSyntheticCity('city').communities.reduce(
    (total, community) => total + community.elders,
    0,
  );
  expect(elders).toBeGreaterThan(1_800_000);
  expect(elders).toBeLessThan(2_000_000);
});
