// Decides which counts of persons every viewer sees: none below five, and none from which one below five can be derived (schema/decisions/0016-small-counts.md).
import type { DivisionTree } from '../divisions/divisions.ts';

/** Fewer persons than this are withheld; zero is disclosed. */
export const smallestDisclosed = 5;

/** Counts that are disclosed together or not at all, so that none can be derived from the others. */
export interface CountFamily {
  /** Metrics that count persons. */
  counts: readonly string[];
  /** Metrics from which the counts could be derived, such as the sum that was paid to those persons. */
  derived?: readonly string[];
  /** The persons of a whole that are not in its part. Subtraction yields their count, so it is protected too. */
  others?: { whole: string; part: string };
  /** The family of the whole. Where that is withheld, so is this one: a part is a lower bound of the whole. */
  inside?: CountFamily;
  /** Whether masked records show their subdistrict only. Then the counts of communities are withheld. */
  isMasked?: boolean;
}

/**
 * DISCLOSED: shown. SMALL: one to four persons, or derivable from such a count. COVER: five or more, withheld so that subtraction does
 * not yield a small sibling. BLANK: withheld with all its siblings and descendants, zeros too, because none of them can be a cover.
 */
type State = 'DISCLOSED' | 'SMALL' | 'COVER' | 'BLANK';

interface Cell {
  state: State;
  amounts: readonly number[];
  /** Whether all descendants are withheld, zeros too, so that they give no lower bound of the count. */
  isClosed: boolean;
  /** Of a cover: the positions of the counts that it covers. On each level below, a division has to cover them. */
  covers: readonly number[];
}

const isSmall = (amount: number): boolean => amount > 0 && amount < smallestDisclosed;

/** Decides on the cells of one family at one time. A decision reads the amounts of the cell's siblings, and of its ancestors' siblings. */
export class SmallCounts {
  #family: CountFamily;
  #tree: DivisionTree;
  #amountOf: (code: string, metric: string) => number;
  #outer: SmallCounts | null;
  #children = new Map<string, ReadonlyMap<string, Cell>>();

  constructor(family: CountFamily, tree: DivisionTree, amountOf: (code: string, metric: string) => number) {
    this.#family = family;
    this.#tree = tree;
    this.#amountOf = amountOf;
    this.#outer = family.inside ? new SmallCounts(family.inside, tree, amountOf) : null;
  }

  /** Whether the division's counts of this family may be disclosed to every viewer. Those of a division that is not in the tree may not. */
  isDisclosed(code: string): boolean {
    return this.#cellOf(code)?.state === 'DISCLOSED';
  }

  #cellOf(code: string): Cell | undefined {
    const parent = this.#tree.parentOf(code);
    if (parent !== null) return this.#childrenOf(parent).get(code);
    if (this.#tree.childrenOf(code).length === 0) return undefined;
    const amounts = this.#amountsOf(code);
    const state = amounts.some(isSmall) || this.#outer?.isDisclosed(code) === false ? 'SMALL' : 'DISCLOSED';
    return { state, amounts, isClosed: false, covers: [] };
  }

  #amountsOf(code: string): number[] {
    const { counts, others } = this.#family;
    const amounts = counts.map((metric) => this.#amountOf(code, metric));
    if (others) amounts.push(this.#amountOf(code, others.whole) - this.#amountOf(code, others.part));
    return amounts;
  }

  #childrenOf(parent: string): ReadonlyMap<string, Cell> {
    const known = this.#children.get(parent);
    if (known) return known;
    const decided = this.#decide(parent);
    this.#children.set(parent, decided);
    return decided;
  }

  #decide(parent: string): ReadonlyMap<string, Cell> {
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
      // Persons may be counted at the parent itself: by subtraction they appear as one more child.
      const ownAmount = amount - inside.reduce((sum, each) => sum + each, 0);
      const hasSmall = amount >= smallestDisclosed && [...inside, ownAmount].some(isSmall);
      return hasSmall || above.covers.includes(position) ? [position] : [];
    });
    const few = children.filter(({ isWithheld }) => isWithheld).map(({ amounts }) => amounts);
    const isClosed = needed.length > 0 && needed.every((position) => coverEachOther(few, position));
    const covering = needed.length > 0 && !isClosed ? coverOf(children, needed) : undefined;
    if (covering === null) return all('BLANK');
    return new Map(
      children.map(({ code, amounts, isWithheld }): [string, Cell] => {
        if (code === covering) return [code, { state: 'COVER', amounts, isClosed: false, covers: needed }];
        const state = isWithheld ? 'SMALL' : 'DISCLOSED';
        return [code, { state, amounts, isClosed: isClosed && isWithheld, covers: [] }];
      }),
    );
  }
}

/**
 * Whether enough counts are withheld as small that, given their sum, each of them could be five: subtraction yields their sum, and
 * each is known to be at least one. If all of them were four, the rule itself would disclose that.
 */
function coverEachOther(few: readonly (readonly number[])[], position: number): boolean {
  const amounts = few.map((each) => each[position] ?? 0).filter(isSmall);
  const spare = amounts.reduce((sum, amount) => sum + amount - 1, 0);
  return spare >= smallestDisclosed - 1 && amounts.some((amount) => amount < smallestDisclosed - 1);
}

/** The smallest child that has five or more of each count, preferably one that is withheld anyway; null if there is none. */
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
