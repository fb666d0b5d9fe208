// The queue of incidents: which of them a view shows, in which order, and how a change is merged into it.
import type { IncidentRow, IncidentStatus } from './operations.ts';

/** `open` incidents are not resolved yet; those `to-close` are resolved and not closed. */
export const shownSets = ['open', 'to-close', 'all'] as const;
export type ShownSet = (typeof shownSets)[number];

/** What the queue shows. */
export interface QueueView {
  /** The division whose incidents are shown. */
  within: string;
  shows: ShownSet;
  /** Only incidents of this severity; null for all. */
  severity: number | null;
}

const open: readonly IncidentStatus[] = ['RAISED', 'ACKNOWLEDGED', 'DISPATCHED'];

/** The arguments of `incidents` that select the same as `isShown`. */
export const argumentsOf = ({ within, shows, severity }: QueueView) => ({
  within,
  open: shows === 'open' ? true : null,
  status: shows === 'to-close' ? ('RESOLVED' as const) : null,
  severity,
});

export const isOpen = ({ status }: IncidentRow): boolean => open.includes(status);

export function isShown(row: IncidentRow, view: QueueView): boolean {
  const { status, severity } = row;
  if (view.severity !== null && view.severity !== severity) return false;
  if (view.shows === 'open') return isOpen(row);
  return view.shows === 'all' || status === 'RESOLVED';
}

/** Newest first; identifiers grow with time and decide between equal times. */
export const inOrder = (rows: Iterable<IncidentRow>): IncidentRow[] =>
  [...rows].sort(
    (left, right) =>
      Date.parse(right.raisedAt) - Date.parse(left.raisedAt) ||
      (left.id < right.id ? 1 : left.id > right.id ? -1 : 0),
  );

/** The queue after a change: the incident replaced, added, or gone if the view does not show it any more. */
export function merged(rows: readonly IncidentRow[], changed: IncidentRow, view: QueueView): IncidentRow[] {
  const others = rows.filter(({ id }) => id !== changed.id);
  return isShown(changed, view) ? inOrder([...others, changed]) : others;
}

/** The statuses that an incident may take next, as the graph allows them. */
export const nextStatuses: Readonly<Record<IncidentStatus, readonly IncidentStatus[]>> = {
  RAISED: ['ACKNOWLEDGED', 'FALSE_ALARM'],
  ACKNOWLEDGED: ['DISPATCHED', 'FALSE_ALARM'],
  DISPATCHED: ['RESOLVED', 'FALSE_ALARM'],
  RESOLVED: ['CLOSED'],
  CLOSED: [],
  FALSE_ALARM: [],
};
