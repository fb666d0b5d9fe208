// The state of the board in the page: what is chosen, what is shown of it, and the requests in between.
import { type Signal, signal } from '@preact/signals';
import { GraphError } from '../../graph/graph-error.ts';
import { request } from '../../graph/request.ts';
import {
  type Ask,
  type Divisions,
  divisionsKey,
  loadDivisions,
  loadParts,
  type Parts,
  partsKey,
} from '../graph/load-board.ts';
import { type BoardState, linkTo, stateOfSearch } from '../state/board-state.ts';

/** What was loaded, with the state that it was loaded for: figures are never shown under another title. */
export interface Loaded<Data> {
  state: BoardState;
  data: Data;
}

export interface Board {
  /** What is chosen: the address has the same. */
  state: Signal<BoardState>;
  divisions: Signal<Loaded<Divisions> | null>;
  parts: Signal<Loaded<Parts> | null>;
  error: Signal<GraphError | null>;
  /** Chooses something else, as a new entry of the history unless it `replaces` the present one. */
  choose: (change: Partial<BoardState>, options?: { replaces?: boolean }) => void;
  reload: () => void;
  /** Follows the browser's history. Returns how to stop that. */
  followHistory: () => () => void;
}

interface First {
  state: BoardState;
  today: string;
  divisions: Divisions | null;
  parts: Parts | null;
}

const askWith =
  (abort: AbortController): Ask =>
  async (document, variables) => {
    const { data, errors } = await request<unknown>(document, variables, { signal: abort.signal });
    return { data, error: errors[0] ?? null };
  };

export function createBoard({
  state: first,
  today,
  divisions: firstDivisions,
  parts: firstParts,
}: First): Board {
  const state = signal(first);
  const divisions = signal(firstDivisions && { state: first, data: firstDivisions });
  const parts = signal(firstParts && { state: first, data: firstParts });
  const error = signal<GraphError | null>(null);
  const load = <Data>(
    target: Signal<Loaded<Data> | null>,
    keyOf: (state: BoardState) => string,
    loadFrom: (ask: Ask, state: BoardState, today: string) => Promise<Data>,
  ) => {
    let running: { key: string; abort: AbortController } | null = null;
    return async (isForced: boolean): Promise<void> => {
      const wanted = state.value;
      const key = keyOf(wanted);
      if (!isForced && running?.key === key) return;
      running?.abort.abort();
      running = null;
      if (!isForced && target.value && keyOf(target.value.state) === key) {
        target.value = { ...target.value, state: wanted };
        return;
      }
      const abort = new AbortController();
      running = { key, abort };
      try {
        const data = await loadFrom(askWith(abort), wanted, today);
        if (abort.signal.aborted) return;
        running = null;
        target.value = { state: state.value, data };
        error.value = null;
      } catch (thrown) {
        if (abort.signal.aborted) return;
        running = null;
        error.value = thrown instanceof GraphError ? thrown : new GraphError(String(thrown), 'OFFLINE');
      }
    };
  };
  const loadings = [load(divisions, divisionsKey, loadDivisions), load(parts, partsKey, loadParts)];
  const update = (isForced = false): void => {
    for (const each of loadings) void each(isForced);
  };
  return {
    state,
    divisions,
    parts,
    error,
    choose: (change, { replaces = false } = {}) => {
      state.value = { ...state.value, ...change };
      const link = linkOf(state.value);
      if (replaces) history.replaceState(null, '', link);
      else history.pushState(null, '', link);
      update();
    },
    reload: () => update(true),
    followHistory: () => {
      const follow = (): void => {
        state.value = stateOfSearch(location.search);
        update();
      };
      addEventListener('popstate', follow);
      return () => removeEventListener('popstate', follow);
    },
  };
}

/** The link of a state in this page, with the language that its address has. */
function linkOf(state: BoardState): string {
  const language = new URLSearchParams(location.search).get('lang');
  const link = linkTo(state);
  return language ? `${link}${link.includes('?') ? '&' : '?'}lang=${language}` : link;
}
