// The state of the board in the page: what is chosen, what is shown of it, and the requests in between.
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { GraphError } from '../../graph/graph-error.ts';
import { request } from '../../graph/request.ts';
import type { DivisionAnswer } from '../graph/answers.ts';
import {
  type Ask,
  type Details,
  type Divisions,
  divisionsKey,
  loadDetails,
  loadDivisions,
  loadParts,
  type Pair,
  type Parts,
  partsKey,
  withDetails,
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
  divisions: ReadonlySignal<Loaded<Divisions> | null>;
  parts: Signal<Loaded<Parts> | null>;
  error: Signal<GraphError | null>;
  /** Chooses something else, as a new entry of the history unless it `replaces` the present one. */
  choose: (change: Partial<BoardState>, options?: { replaces?: boolean }) => void;
  reload: () => void;
  /** Follows the browser's history. Returns how to stop that. */
  followHistory: () => () => void;
}

/** What the gateway has loaded; null where the graph did not answer it. */
export interface FirstView {
  divisions: Pair<DivisionAnswer | null> | null;
  details: Pair<Details> | null;
  parts: Parts | null;
}

interface First extends FirstView {
  state: BoardState;
  today: string;
}

const askWith =
  (abort: AbortController): Ask =>
  async (document, variables) => {
    const { data, errors } = await request<unknown>(document, variables, { signal: abort.signal });
    return { data, error: errors[0] ?? null };
  };

type Load = (isForced: boolean) => Promise<void>;

interface Loading<Data> {
  state: Signal<BoardState>;
  today: string;
  target: Signal<Loaded<Data> | null>;
  error: Signal<GraphError | null>;
  /** What the data depend on: while it is the same, they are not loaded again. */
  keyOf: (state: BoardState) => string;
  loadFrom: (ask: Ask, state: BoardState, today: string) => Promise<Data>;
}

/** Loads what is chosen. A request for something that is no longer chosen is aborted. */
function loader<Data>({ state, today, target, error, keyOf, loadFrom }: Loading<Data>): Load {
  let running: { key: string; abort: AbortController; done: Promise<void> } | null = null;
  const run = async (wanted: BoardState, abort: AbortController): Promise<void> => {
    try {
      const data = await loadFrom(askWith(abort), wanted, today);
      if (abort.signal.aborted) return;
      target.value = { state: wanted, data };
      error.value = null;
    } catch (thrown) {
      if (abort.signal.aborted) return;
      error.value = thrown instanceof GraphError ? thrown : new GraphError(String(thrown), 'OFFLINE');
    }
    running = null;
  };
  return async (isForced) => {
    const wanted = state.value;
    const key = keyOf(wanted);
    if (!isForced && running?.key === key) return running.done;
    running?.abort.abort();
    running = null;
    if (!isForced && target.value && keyOf(target.value.state) === key) {
      target.value = { ...target.value, state: wanted };
      return;
    }
    const abort = new AbortController();
    const done = run(wanted, abort);
    running = { key, abort, done };
    return done;
  };
}

export function createBoard({ state: first, today, divisions, details, parts: firstParts }: First): Board {
  const loaded = <Data>(data: Data | null) => signal(data && { state: first, data });
  const state = signal(first);
  const [values, more, parts] = [loaded(divisions), loaded(details), loaded(firstParts)];
  const error = signal<GraphError | null>(null);
  const shared = { state, today, error };
  const loadFirst: Load[] = [
    loader({ ...shared, target: parts, keyOf: partsKey, loadFrom: loadParts }),
    loader({ ...shared, target: values, keyOf: divisionsKey, loadFrom: loadDivisions }),
  ];
  const loadMore = loader({ ...shared, target: more, keyOf: divisionsKey, loadFrom: loadDetails });
  const update = async (isForced = false): Promise<void> => {
    // What is looked at first is not to wait for its details.
    await Promise.all(loadFirst.map((each) => each(isForced)));
    await loadMore(isForced);
  };
  return {
    state,
    divisions: computed(() => {
      if (!values.value) return null;
      const { state: loadedFor, data } = values.value;
      const fits = more.value && divisionsKey(more.value.state) === divisionsKey(loadedFor);
      return { state: loadedFor, data: withDetails(data, fits ? (more.value?.data ?? null) : null) };
    }),
    parts,
    error,
    choose: (change, { replaces = false } = {}) => {
      state.value = { ...state.value, ...change };
      const link = linkOf(state.value);
      if (replaces) history.replaceState(null, '', link);
      else history.pushState(null, '', link);
      void update();
    },
    reload: () => void update(true),
    followHistory: () => {
      const follow = (): void => {
        state.value = stateOfSearch(location.search);
        void update();
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
