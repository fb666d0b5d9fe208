// The view in the address of the page, so that it can be shared and opened again.
import { type QueueView, type ShownSet, shownSets } from './queue.ts';

export const radii = [500, 1000, 2000, 5000] as const;
const defaultRadius = 2000;

export interface DutyView extends QueueView {
  /** The incident that is open; null for none. */
  incident: string | null;
  /** How far from it devices and vehicles are near. */
  metres: number;
}

/** `home` is the division of the viewer. */
export function viewOf(search: string, home: string): DutyView {
  const parameters = new URLSearchParams(search);
  const severity = Number(parameters.get('severity'));
  const metres = Number(parameters.get('metres'));
  const shows = parameters.get('shows') as ShownSet;
  return {
    within: /^\d{6}(\d{3}){0,2}$/.exec(parameters.get('within') ?? '')?.[0] ?? home,
    shows: shownSets.includes(shows) ? shows : 'open',
    severity: [1, 2, 3, 4].includes(severity) ? severity : null,
    incident: parameters.get('incident'),
    metres: (radii as readonly number[]).includes(metres) ? metres : defaultRadius,
  };
}

/** The address of the view; what is as it is at first is left out. */
export function searchOf(view: DutyView, home: string): string {
  const parameters = new URLSearchParams();
  if (view.within !== home) parameters.set('within', view.within);
  if (view.shows !== 'open') parameters.set('shows', view.shows);
  if (view.severity !== null) parameters.set('severity', String(view.severity));
  if (view.metres !== defaultRadius) parameters.set('metres', String(view.metres));
  if (view.incident) parameters.set('incident', view.incident);
  const text = parameters.toString();
  return text && `?${text}`;
}
