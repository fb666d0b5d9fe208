// Decides from which subgraphs each position's objects are fetched: with the fewest sequential stages, then with the fewest fetches.
import type { Position } from './position.ts';
import type { EntityKey, SubgraphSet } from './supergraph-index.ts';

/** A fetch of a position's objects from a further subgraph. */
interface Jump {
  to: number;
  /** The subgraph that the key's fields come from, and the key; null at the root. */
  by: { from: number; key: EntityKey } | null;
}

export interface Solution {
  /** Infinite where the position cannot be resolved. */
  cost: number;
  /** By subgraph, the stage of the fetch that has the objects; `unknown` where none has. */
  stages: Int8Array;
  jumps: readonly Jump[];
}

export const unknown = -1;

/** Subgraphs of which every combination is tried; with more, the best one is approached step by step. */
const maxExhaustive = 8;
/** Combinations that are tried in an operation before the search goes on step by step. */
const maxTried = 4000;
/** Combinations after which the search gives up: about 50 ms. */
const maxSteps = 60_000;
const maxStage = 100;

/** What a fetch costs: a later stage costs more than any number of fetches that run at the same time. */
const costOf = (stage: number): number => (stage === 0 ? 1 : 100 * stage);

/** What was found for a bound. */
interface Found {
  solution: Solution;
  bound: number;
}

export class Search {
  #onStep: () => void;
  #tried = 0;
  /** By position, and by the stages at which its objects are known. */
  #found = new Map<Position, Map<string, Found>>();

  /** `onStep` is called for each combination that is tried; what it throws ends the search. */
  constructor(onStep: () => void) {
    this.#onStep = onStep;
  }

  /**
   * The cheapest way to resolve the position, given the stages at which its objects are known from each subgraph. Only ways cheaper than
   * `bound` are looked for: the cost is infinite where there is none.
   */
  solve(position: Position, stages: Int8Array, bound = Number.POSITIVE_INFINITY): Solution {
    const found = this.#found.get(position) ?? new Map<string, Found>();
    this.#found.set(position, found);
    const key = stages.join();
    const known = found.get(key);
    if (known && (known.solution.cost < Number.POSITIVE_INFINITY || known.bound >= bound))
      return known.solution;
    const solution = new PositionSearch(this, position, stages, bound).best();
    found.set(key, { solution, bound });
    return solution;
  }

  countTried(): void {
    this.#onStep();
    this.#tried += 1;
  }

  get isExhausted(): boolean {
    return this.#tried > maxSteps;
  }

  /** Whether combinations are still tried one by one. */
  get triesAll(): boolean {
    return this.#tried < maxTried;
  }
}

class PositionSearch {
  #search: Search;
  #position: Position;
  #stages: Int8Array;
  /** The subgraphs that the objects are known from. */
  #known: SubgraphSet;
  #unresolved: Solution;
  #best: Solution;
  /** Whether there is a way, though it may cost too much. */
  #isResolvable = false;

  constructor(search: Search, position: Position, stages: Int8Array, bound: number) {
    this.#search = search;
    this.#position = position;
    this.#stages = stages;
    this.#known = knownIn(stages);
    this.#unresolved = { cost: bound, stages, jumps: [] };
    this.#best = this.#unresolved;
  }

  best(): Solution {
    this.#searchWithin(this.#reachable() & this.#position.useful);
    // A subgraph that resolves nothing that is selected may have the fields of another's key.
    if (!this.#isResolvable) this.#searchWithin(this.#reachable());
    return this.#best === this.#unresolved ? { ...this.#best, cost: Number.POSITIVE_INFINITY } : this.#best;
  }

  #reachable(): SubgraphSet {
    const { isRoot, type } = this.#position;
    if (isRoot) return type.subgraphs;
    let reachable = 0;
    for (const { subgraph } of type.keys) reachable |= 1 << subgraph;
    return reachable & ~this.#known;
  }

  #searchWithin(reachable: SubgraphSet): void {
    const required = this.#position.required & reachable;
    const optional = membersOf(reachable & ~required);
    if (optional.length <= maxExhaustive && this.#search.triesAll) this.#tryAll(required, optional);
    else this.#approach(required, optional);
  }

  #tryAll(required: SubgraphSet, optional: readonly SubgraphSet[]): void {
    const cheapest = this.#position.isRoot ? costOf(0) : costOf(1);
    for (const combination of combinationsOf(optional.length)) {
      if (this.#best.cost <= countOf(combination | 0) * cheapest) break;
      let subgraphs = required;
      optional.forEach((each, index) => {
        if ((combination >> index) & 1) subgraphs |= each;
      });
      this.#try(subgraphs);
    }
  }

  /** Covers what is needed with few subgraphs, then adds others as long as that helps. */
  #approach(required: SubgraphSet, optional: readonly SubgraphSet[]): void {
    let chosen = required;
    for (;;) {
      const unmet = this.#position.needs.filter((need) => !this.#isMet(need, chosen));
      const [best] = optional
        .map((each) => ({ each, met: unmet.filter(({ resolvers }) => resolvers & each).length }))
        .filter(({ met }) => met > 0)
        .sort((a, b) => b.met - a.met);
      if (!best) break;
      chosen |= best.each;
    }
    this.#try(chosen);
    // Objects that are known from every subgraph need no fetches of their own further below.
    this.#try(optional.reduce((all, each) => all | each, required));
    while (this.#search.triesAll) {
      const before = this.#best.cost;
      let better = chosen;
      for (const each of optional) {
        const { cost } = this.#best;
        if (!(chosen & each)) this.#try(chosen | each);
        if (this.#best.cost < cost) better = chosen | each;
      }
      if (this.#best.cost >= before) return;
      chosen = better;
    }
  }

  #isMet({ resolvers, providedBy }: Position['needs'][number], chosen: SubgraphSet): boolean {
    return (resolvers & (this.#known | chosen)) !== 0 || (providedBy & this.#known) !== 0;
  }

  /** Fetches the objects from all of `subgraphs`, each as early as its keys allow, and solves the positions below. */
  #try(subgraphs: SubgraphSet): void {
    this.#search.countTried();
    if (this.#search.isExhausted) return;
    if (!this.#position.needs.every((need) => this.#isMet(need, subgraphs))) return;
    this.#isResolvable ||= this.#best.cost < Number.POSITIVE_INFINITY;
    const stages = this.#stages.slice();
    const jumps: Jump[] = [];
    let cost = 0;
    for (let left = subgraphs; left !== 0; ) {
      const next = this.#earliestJump(left, stages);
      if (!next || next.stage > maxStage) return;
      stages[next.jump.to] = next.stage;
      jumps.push(next.jump);
      left &= ~(1 << next.jump.to);
      cost += costOf(next.stage);
      if (cost >= this.#best.cost) return;
    }
    for (const { resolvers, providedBy, child } of this.#position.parents) {
      if (!child) continue;
      const available = resolvers | (providedBy & this.#known);
      const known = restrictedTo(available, stages);
      cost += this.#search.solve(child, known, this.#best.cost - cost).cost;
      if (cost >= this.#best.cost) return;
    }
    this.#isResolvable = true;
    this.#best = { cost, stages, jumps };
  }

  #earliestJump(left: SubgraphSet, stages: Int8Array): { jump: Jump; stage: number } | null {
    const { isRoot, type } = this.#position;
    if (isRoot) return { jump: { to: 31 - Math.clz32(left & -left), by: null }, stage: 0 };
    let earliest: { jump: Jump; stage: number } | null = null;
    const known = knownIn(stages);
    for (const key of type.keys) {
      if (!((left >> key.subgraph) & 1)) continue;
      for (let sources = key.sources & known; sources !== 0; sources &= sources - 1) {
        const from = 31 - Math.clz32(sources & -sources);
        const stage = (stages[from] ?? unknown) + 1;
        if (!earliest || stage < earliest.stage)
          earliest = { jump: { to: key.subgraph, by: { from, key } }, stage };
      }
    }
    return earliest;
  }
}

/** The stages of the subgraphs of a set; the others do not have the objects. */
export function restrictedTo(subgraphs: SubgraphSet, stages: Int8Array): Int8Array {
  const restricted = stages.slice();
  for (let index = 0; index < restricted.length; index += 1)
    if (!((subgraphs >> index) & 1)) restricted[index] = unknown;
  return restricted;
}

function knownIn(stages: Int8Array): SubgraphSet {
  let known = 0;
  for (let index = 0; index < stages.length; index += 1) if (stages[index] !== unknown) known |= 1 << index;
  return known;
}

/** The sets of one subgraph each. */
function membersOf(set: SubgraphSet): SubgraphSet[] {
  const members: SubgraphSet[] = [];
  for (let left = set; left !== 0; left &= left - 1) members.push(left & -left);
  return members;
}

function countOf(set: SubgraphSet): number {
  let count = 0;
  for (let left = set; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** Every combination of `size` members, those of fewer members first. */
function combinationsOf(size: number): readonly number[] {
  let combinations = combinationsBySize[size];
  if (!combinations) {
    combinations = Array.from({ length: 1 << size }, (_, index) => index).sort(
      (a, b) => countOf(a) - countOf(b),
    );
    combinationsBySize[size] = combinations;
  }
  return combinations;
}
const combinationsBySize: (readonly number[])[] = [];
