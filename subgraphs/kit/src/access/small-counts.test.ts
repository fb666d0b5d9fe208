import { describe, expect, it } from 'vitest';
import type { DivisionTree } from '../divisions/divisions.ts';
import { Random } from '../seed/random.ts';
import { boundsOf, type Constraint } from '../testing/linear-bounds.ts';
import { type CountFamily, SmallCounts, smallestDisclosed } from './small-counts.ts';

const treeOf = (children: Record<string, string[]>): DivisionTree => ({
  childrenOf: (code) => children[code] ?? [],
  parentOf: (code) => Object.keys(children).find((parent) => children[parent]?.includes(code)) ?? null,
});

const persons: CountFamily = { counts: ['persons'] };

/** The counts as every viewer sees them. */
function seen(
  children: Record<string, string[]>,
  counts: Record<string, number>,
): Record<string, number | null> {
  const cells = new SmallCounts(persons, treeOf(children), (code) => counts[code] ?? 0);
  return Object.fromEntries(
    Object.entries(counts).map(([code, count]) => [code, cells.isDisclosed(code) ? count : null]),
  );
}

describe('among sibling divisions', () => {
  const city = { city: ['a', 'b', 'c', 'd'] };

  it('nothing is withheld if no count is small', () => {
    const counts = { city: 35, a: 5, b: 0, c: 10, d: 20 };
    expect(seen(city, counts)).toEqual(counts);
  });

  it('one to four are withheld, and the next larger count so that subtraction does not yield them', () => {
    for (const few of [1, 2, 3, 4])
      expect(seen(city, { city: few + 30, a: few, b: 0, c: 10, d: 20 })).toEqual({
        city: few + 30,
        a: null,
        b: 0,
        c: null,
        d: 20,
      });
  });

  it('one cover is enough for several small counts', () => {
    expect(seen(city, { city: 31, a: 1, b: 4, c: 6, d: 20 })).toMatchObject({
      a: null,
      b: null,
      c: null,
      d: 20,
    });
  });

  it('many small counts cover each other, unless all of them are four', () => {
    expect(seen(city, { city: 36, a: 3, b: 3, c: 10, d: 20 })).toMatchObject({
      a: null,
      b: null,
      c: 10,
      d: 20,
    });
    expect(seen(city, { city: 34, a: 2, b: 2, c: 10, d: 20 })).toMatchObject({ a: null, b: null, c: null });
    expect(seen(city, { city: 38, a: 4, b: 4, c: 10, d: 20 })).toMatchObject({ a: null, b: null, c: null });
  });

  it('all are withheld, zeros too, if all the others are small or zero', () => {
    expect(seen(city, { city: 8, a: 4, b: 4, c: 0, d: 0 })).toEqual({
      city: 8,
      a: null,
      b: null,
      c: null,
      d: null,
    });
    expect(seen(city, { city: 5, a: 4, b: 1, c: 0, d: 0 })).toMatchObject({ city: 5, c: null });
  });

  it('the parent is withheld if its count is small, and zeros are disclosed', () => {
    expect(seen(city, { city: 4, a: 1, b: 3, c: 0, d: 0 })).toEqual({
      city: null,
      a: null,
      b: null,
      c: 0,
      d: 0,
    });
  });

  it('persons who are counted at the parent itself are protected as those of a child are', () => {
    expect(seen(city, { city: 38, a: 5, b: 0, c: 10, d: 20 })).toMatchObject({
      city: 38,
      a: null,
      c: 10,
      d: 20,
    });
  });

  it('the same divisions are withheld in any order of the children', () => {
    const counts = { city: 22, a: 2, b: 10, c: 10, d: 0 };
    expect(seen({ city: ['d', 'c', 'b', 'a'] }, counts)).toEqual(seen(city, counts));
  });

  it('the counts of a division outside of the tree are withheld', () => {
    expect(seen(city, { elsewhere: 100 })).toEqual({ elsewhere: null });
  });
});

describe('between levels', () => {
  const tree = { city: ['a', 'b'], a: ['a1', 'a2', 'a3'], b: ['b1', 'b2', 'b3'] };

  it('adding the counts inside a cover does not yield it', () => {
    const counts = { city: 33, a: 3, a1: 3, a2: 0, a3: 0, b: 30, b1: 6, b2: 10, b3: 14 };
    expect(seen(tree, counts)).toEqual({ ...counts, a: null, a1: null, b: null, b1: null });
  });

  it('a cover without a cover inside is withheld with everything inside', () => {
    const counts = { city: 12, a: 3, a1: 3, a2: 0, a3: 0, b: 9, b1: 3, b2: 3, b3: 3 };
    expect(seen(tree, counts)).toMatchObject({ a: null, b: null, b1: null, b2: null, b3: null, city: 12 });
  });

  it('everything inside small counts that cover each other is withheld, zeros too', () => {
    const counts = { city: 36, a: 3, a1: 3, a2: 0, a3: 0, b: 3, b1: 1, b2: 2, b3: 0, c: 30 };
    const three = { ...tree, city: ['a', 'b', 'c'] };
    expect(seen(three, counts)).toMatchObject({ city: 36, a1: null, a2: null, b3: null, c: 30 });
  });

  it('a small count inside a district does not withhold that of the district', () => {
    const counts = { city: 60, a: 30, a1: 3, a2: 7, a3: 20, b: 30, b1: 10, b2: 10, b3: 10 };
    expect(seen(tree, counts)).toEqual({ ...counts, a1: null, a2: null });
  });
});

describe('between metrics', () => {
  const tree = treeOf({ city: ['a', 'b', 'c'] });
  const whole: CountFamily = { counts: ['elders'] };
  const part: CountFamily = { counts: ['home'], others: { whole: 'elders', part: 'home' }, inside: whole };
  const disclosedCodes = (family: CountFamily, amounts: Record<string, [elders: number, home: number]>) => {
    const cells = new SmallCounts(
      family,
      tree,
      (code, metric) => amounts[code]?.[metric === 'elders' ? 0 : 1] ?? 0,
    );
    return Object.keys(amounts).filter((code) => cells.isDisclosed(code));
  };

  it('a part is withheld if few of the whole are not in it, and the whole is disclosed', () => {
    const amounts = { city: [120, 78], a: [20, 18], b: [40, 20], c: [60, 40] } as Record<
      string,
      [number, number]
    >;
    expect(disclosedCodes(whole, amounts)).toEqual(['city', 'a', 'b', 'c']);
    expect(disclosedCodes(part, amounts)).toEqual(['city', 'c']);
  });

  it('a part is withheld if the whole is, of which it is a lower bound', () => {
    const amounts = { city: [63, 50], a: [3, 0], b: [20, 20], c: [40, 30] } as Record<
      string,
      [number, number]
    >;
    expect(disclosedCodes(whole, amounts)).toEqual(['city', 'c']);
    expect(disclosedCodes(part, amounts)).toEqual(['city']);
  });
});

/** A tree of up to four levels, with persons in its leaves and sometimes at the divisions above them. */
function generate(random: Random) {
  const children: Record<string, string[]> = {};
  const leaves: string[] = [];
  const grow = (code: string, depth: number) => {
    if (depth === 0) return;
    children[code] = Array.from({ length: random.whole(1, 4) }, (_, index) => `${code}${index}`);
    for (const child of children[code]) grow(child, random.chance(0.15) ? 0 : depth - 1);
  };
  grow('r', random.whole(1, 3));
  const codes = ['r'];
  for (const code of codes) codes.push(...(children[code] ?? []));
  /** Where persons are counted: the leaves, and some of the others. */
  for (const code of codes) if (!children[code] || random.chance(0.15)) leaves.push(code);
  const most = random.pick([2, 4, 6, 12, 40]);
  const none = random.pick([0, 0.3, 0.7]);
  const amount = () => (random.chance(none) ? 0 : random.whole(0, most));
  return { children, codes, leaves, tree: treeOf(children), amount };
}

const inside = (code: string, leaves: readonly string[]) =>
  leaves.flatMap((leaf, index) => (leaf.startsWith(code) ? [index] : []));
const total = (amounts: readonly number[], of: readonly number[]) =>
  of.reduce((sum, index) => sum + (amounts[index] ?? 0), 0);
const equation = (of: readonly number[], value: number): Constraint => ({
  of: new Map(of.map((index) => [index, 1])),
  is: 'equal',
  value,
});

describe('an observer that writes down every answer as an equation', () => {
  it('cannot infer of any count below five that it is below five', () => {
    const random = new Random('small counts');
    let judged = 0;
    for (let round = 0; round < 400; round++) {
      const { children, codes, leaves, tree, amount } = generate(random);
      const amounts = leaves.map(amount);
      const countOf = (code: string) => total(amounts, inside(code, leaves));
      const cells = new SmallCounts(persons, tree, countOf);
      const constraints = codes.flatMap((code): Constraint[] => {
        const within = inside(code, leaves);
        if (cells.isDisclosed(code)) return [equation(within, countOf(code))];
        // By the rule, zeros are withheld only together with all their siblings.
        const beside = children[tree.parentOf(code) ?? ''] ?? [];
        const isSome = countOf(code) > 0 && beside.some((each) => cells.isDisclosed(each));
        return isSome ? [{ ...equation(within, 1), is: 'atLeast' }] : [];
      });
      const checked = [
        ...codes.map((code) => ({ code, of: inside(code, leaves) })),
        // Persons who are counted at a division itself.
        ...leaves.flatMap((code, index) => (children[code] ? [{ code, of: [index] }] : [])),
      ];
      for (const { code, of } of checked) {
        const count = total(amounts, of);
        if (count === 0 || count >= smallestDisclosed) continue;
        judged++;
        const { least, most } = boundsOf(leaves.length, constraints, of);
        const where = `round ${round}, ${code}: ${JSON.stringify(Object.fromEntries(codes.map((each) => [each, countOf(each)])))}`;
        expect(least, where).toBeLessThanOrEqual(count + 1e-6);
        expect(most, where).toBeGreaterThanOrEqual(smallestDisclosed - 1e-6);
      }
    }
    expect(judged).toBeGreaterThan(1000);
  });

  it('cannot infer it from a whole and its part either', () => {
    const whole: CountFamily = { counts: ['whole'] };
    const part: CountFamily = { counts: ['part'], others: { whole: 'whole', part: 'part' }, inside: whole };
    const random = new Random('wholes and parts');
    let judged = 0;
    for (let round = 0; round < 300; round++) {
      const { codes, leaves, tree, amount } = generate(random);
      // Variables: at each leaf the persons in the part, then those who are not.
      const amounts = [...leaves.map(amount), ...leaves.map(() => (random.chance(0.3) ? 0 : amount()))];
      const parts = (code: string) => inside(code, leaves);
      const others = (code: string) => parts(code).map((index) => index + leaves.length);
      const all = (code: string) => [...parts(code), ...others(code)];
      const amountOf = (code: string, metric: string) =>
        total(amounts, metric === 'whole' ? all(code) : parts(code));
      const wholes = new SmallCounts(whole, tree, amountOf);
      const inParts = new SmallCounts(part, tree, amountOf);
      const constraints = codes.flatMap((code) => [
        ...(wholes.isDisclosed(code) ? [equation(all(code), amountOf(code, 'whole'))] : []),
        ...(inParts.isDisclosed(code) ? [equation(parts(code), amountOf(code, 'part'))] : []),
      ]);
      for (const code of codes) {
        for (const codesOf of [all(code), parts(code), others(code)]) {
          const count = total(amounts, codesOf);
          if (count === 0 || count >= smallestDisclosed) continue;
          judged++;
          const { least, most } = boundsOf(2 * leaves.length, constraints, codesOf);
          expect(most - least, `round ${round}, ${code}`).toBeGreaterThanOrEqual(1 - 1e-6);
          if (codesOf.length === all(code).length)
            expect(most, `round ${round}, ${code}`).toBeGreaterThanOrEqual(smallestDisclosed - 1e-6);
        }
      }
    }
    expect(judged).toBeGreaterThan(1000);
  });
});
