// Which counts of persons are told to everybody: none below five, and none by which one below five can be found. schema/decisions/0016-small-counts.md
import type { DivisionTree } from '../divisions/divisions.ts';

/** Fewer persons than this are withheld; none at all is told. */
export const smallestDisclosed = 5;

/** Counts that are told together or not at all, so that none of them is found from the others. */
export interface CountFamily {
  /** Metrics that count persons. */
  counts: readonly string[];
  /** Metrics by which the counts could be found: what was paid to those persons, say. */
  carried?: readonly string[];
  /** The persons of a whole that are not among the part: they can be counted by subtraction, so they are protected too. */
  others?: { whole: string; part: string };
  /** The family of the whole. Where that is withheld, this is: a part says how much the whole is at least. */
  inside?: CountFamily;
  /** Whether the records that it counts show their subdistrict only where they are masked. Then communities are withheld. */
  isMasked?: boolean;
}

/**
 * TOLD: as it is. SMALL: one to four persons, or found by them. COVER: five or more, withheld so that a small one beside
 * it is not found by subtraction. BLANK: withheld with all beside it and below, zeros too, for want of a cover.
 */
type State = 'TOLD' | 'SMALL' | 'COVER' | 'BLANK';

interface Cell {
  state: State;
  amounts: readonly number[];
  /** Whether all below is withheld, zeros too: nobody can say then how many of these persons there are at least. */
  isClosed: boolean;
  /** Of a cover: the counts that it covers, by their position. Some division inside has to cover each further down. */
  covers: readonly number[];
}

const isSmall = (amount: number): boolean => amount > 0 && amount < smallestDisclosed;

/** Judges the cells of one family at one time. Judging one reads the amounts beside it and beside all above it. */
export class SmallCounts {
  #family: CountFamily;
  #tree: DivisionTree;
  #amountOf: (code: string, metric: string) => number;
  #outer: SmallCounts | null;
  #beside = new Map<string, ReadonlyMap<string, Cell>>();

  constructor(family: CountFamily, tree: DivisionTree, amountOf: (code: string, metric: string) => number) {
    this.#family = family;
    this.#tree = tree;
    this.#amountOf = amountOf;
    this.#outer = family.inside ? new SmallCounts(family.inside, tree, amountOf) : null;
  }

  /** Whether the division's counts of this family may be told to everybody. Those of a division that the tree has not are not. */
  isDisclosed(code: string): boolean {
    return this.#cellOf(code)?.state === 'TOLD';
  }

  #cellOf(code: string): Cell | undefined {
    const parent = this.#tree.parentOf(code);
    if (parent !== null) return this.#childrenOf(parent).get(code);
    if (this.#tree.childrenOf(code).length === 0) return undefined;
    const amounts = this.#amountsOf(code);
    const state = amounts.some(isSmall) || this.#outer?.isDisclosed(code) === false ? 'SMALL' : 'TOLD';
    return { state, amounts, isClosed: false, covers: [] };
  }

  #amountsOf(code: string): number[] {
    const { counts, others } = this.#family;
    const amounts = counts.map((metric) => this.#amountOf(code, metric));
    if (others) amounts.push(this.#amountOf(code, others.whole) - this.#amountOf(code, others.part));
    return amounts;
  }

  #childrenOf(parent: string): ReadonlyMap<string, Cell> {
    const known = this.#beside.get(parent);
    if (known) return known;
    const judged = this.#judge(parent);
    this.#beside.set(parent, judged);
    return judged;
  }

  #judge(parent: string): ReadonlyMap<string, Cell> {
    const above = this.#cellOf(parent);
    const children = this.#tree.childrenOf(parent).map((code) => {
      const amounts = this.#amountsOf(code);
      const isWithheld = this.#outer?.isDisclosed(code) === false || amounts.some(isSmall);
      return { code, amounts, isWithheld };
    });
    const all = (state: State) =>
      new Map(children.map(({ code, amounts }) => [code, { state, amounts, isClosed: true, covers: [] }]));
    if (!above || above.isClosed) return all('BLANK');

    const needed = above.amounts.flatMap((amount, position) => {
      const inside = children.map(({ amounts }) => amounts[position] ?? 0);
      // Persons may be counted at the parent itself: who subtracts finds them as one more child.
      const own = amount - inside.reduce((sum, each) => sum + each, 0);
      const hasSmall = amount >= smallestDisclosed && [...inside, own].some(isSmall);
      return hasSmall || above.covers.includes(position) ? [position] : [];
    });
    const few = children.filter(({ isWithheld }) => isWithheld).map(({ amounts }) => amounts);
    const isClosed = needed.length > 0 && needed.every((position) => coverEachOther(few, position));
    const covering = needed.length > 0 && !isClosed ? coverOf(children, needed) : undefined;
    if (covering === null) return all('BLANK');
    return new Map(
      children.map(({ code, amounts, isWithheld }): [string, Cell] => {
        if (code === covering) return [code, { state: 'COVER', amounts, isClosed: false, covers: needed }];
        const state = isWithheld ? 'SMALL' : 'TOLD';
        return [code, { state, amounts, isClosed: isClosed && isWithheld, covers: [] }];
      }),
    );
  }
}

/**
 * Whether so many are withheld for being small that each of them could be five, for all that their sum says: who subtracts
 * knows that each is one at least. Were all of them four, who knows the rule could tell.
 */
function coverEachOther(few: readonly (readonly number[])[], position: number): boolean {
  const amounts = few.map((each) => each[position] ?? 0).filter(isSmall);
  const spare = amounts.reduce((sum, amount) => sum + amount - 1, 0);
  return spare >= smallestDisclosed - 1 && amounts.some((amount) => amount < smallestDisclosed - 1);
}

/** The smallest of the children that has five or more of each count; first those that are withheld anyway. Null without any. */
function coverOf(
  children: readonly { code: string; amounts: readonly number[]; isWithheld: boolean }[],
  positions: readonly number[],
): string | null {
  const amountOf = (amounts: readonly number[], position: number) => amounts[position] ?? 0;
  const weigh = (amounts: readonly number[]) =>
    positions.reduce((sum, position) => sum + amountOf(amounts, position), 0);
  const [cover] = children
    .filter(({ amounts }) => positions.every((position) => amountOf(amounts, position) >= smallestDisclosed))
    .map(({ code, amounts, isWithheld }) => ({ code, isWithheld, weight: weigh(amounts) }))
    .sort(
      (a, b) =>
        Number(b.isWithheld) - Number(a.isWithheld) || a.weight - b.weight || (a.code < b.code ? -1 : 1),
    );
  return cover?.code ?? null;
}
