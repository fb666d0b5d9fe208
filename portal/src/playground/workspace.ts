// What is in the editors, the history of what was run, and links that carry an operation. Kept in this browser only; answers are not kept.
import { effect, signal } from '@preact/signals';

export interface Draft {
  query: string;
  /** JSON, as it was typed. */
  variables: string;
}

export interface PastRun extends Draft {
  /** When, in milliseconds since 1970. */
  at: number;
  status: 'ok' | 'errors' | 'failed';
  ms: number;
}

const draftKey = 'district-graph.playground.draft';
const historyKey = 'district-graph.playground.history';
const maxRuns = 50;

/** What the editors contain. Set `replaced` with it to have them show it. */
export const draft = signal<Draft>({ query: '', variables: '{}' });
/** Counts the times that the editors' content was replaced from elsewhere. */
export const replaced = signal(0);
export const history = signal<readonly PastRun[]>([]);

export function replaceDraft(next: Draft): void {
  draft.value = next;
  replaced.value++;
}

/** Opens with the operation of the address, else with that of the last visit, else with the given one. Returns whether the address had one. */
export function openWorkspace(otherwise: Draft): boolean {
  const linked = draftIn(location.hash);
  replaceDraft(linked ?? stored<Draft>(draftKey) ?? otherwise);
  history.value = stored<PastRun[]>(historyKey) ?? [];
  effect(() => store(draftKey, draft.value));
  return linked !== null;
}

/** The latest first; the same operation is kept once. */
export function remember(run: PastRun): void {
  const others = history.value.filter(
    ({ query, variables }) => query !== run.query || variables !== run.variables,
  );
  history.value = [run, ...others].slice(0, maxRuns);
  store(historyKey, history.value);
}

export function forgetHistory(): void {
  history.value = [];
  store(historyKey, []);
}

/** After the hash: it is not sent to any server. */
export const hashOf = ({ query, variables }: Draft): string =>
  `#${new URLSearchParams({ query, ...(variables.trim() && variables.trim() !== '{}' && { variables }) })}`;

export function draftIn(hash: string): Draft | null {
  const parameters = new URLSearchParams(hash.slice(1));
  const query = parameters.get('query');
  return query === null ? null : { query, variables: parameters.get('variables') ?? '{}' };
}

/** The object that the text contains; null where it is not one. */
export function variablesOf(text: string): Record<string, unknown> | null {
  if (!text.trim()) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function stored<Value>(key: string): Value | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Value | null;
  } catch {
    return null;
  }
}

/** There may be no storage, or no room in it. */
function store(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {}
}
