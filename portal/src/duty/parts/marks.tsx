// Small marks: severity, status of an incident, status of a device. Each has a word or figure beside its colour.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Badge } from '../../design/feedback/states.tsx';
import { dateTime, dayOf, relativeTime, timeOfDay } from '../../design/format/dates.ts';
import type { Bilingual } from '../../page/language.ts';
import { useLanguage, usePage } from '../../page/page-context.ts';
import { deviceStatusNames, severityMeanings, severityNames, statusNames } from '../../texts/duty.ts';
import type { DeviceStatus, IncidentStatus } from '../live/operations.ts';

/** The name in the page's language; the value itself where a newer graph has one without a name. */
export function useName(): (names: Readonly<Record<string, Bilingual>>, value: string | number) => string {
  const inLanguage = useLanguage();
  return (names, value) => {
    const name = names[value];
    return name ? inLanguage(name) : String(value);
  };
}

export function SeverityMark({ severity }: { severity: number }) {
  const nameOf = useName();
  const meaning = nameOf(severityMeanings, severity);
  return (
    <span class="severity" data-severity={severity} title={meaning}>
      <span aria-hidden="true">{nameOf(severityNames, severity)}</span>
      <span class="visually-hidden">{meaning}</span>
    </span>
  );
}

const statusTones = {
  RAISED: 'bad',
  ACKNOWLEDGED: 'warning',
  DISPATCHED: 'warning',
  RESOLVED: 'good',
  CLOSED: 'neutral',
  FALSE_ALARM: 'neutral',
} as const;

export function StatusMark({ status }: { status: IncidentStatus }) {
  const nameOf = useName();
  return <Badge tone={statusTones[status]}>{nameOf(statusNames, status)}</Badge>;
}

const deviceTones = { ONLINE: 'good', OFFLINE: 'warning', FAULT: 'bad', RETIRED: 'neutral' } as const;

export function DeviceMark({ status, count }: { status: DeviceStatus; count?: number }) {
  const nameOf = useName();
  return (
    <Badge tone={deviceTones[status]}>
      {nameOf(deviceStatusNames, status)}
      {count !== undefined && <span class="number"> {count}</span>}
    </Badge>
  );
}

/** The time of a moment of today, the month and day of others. */
export const shortTime = (moment: string, today: string): string =>
  dayOf(moment) === today ? timeOfDay(moment) : dayOf(moment).slice(5);

const tickMs = 15_000;

/** How long ago it was, kept right, with the time itself in the title. */
export function Age({ moment, isShort = false }: { moment: string; isShort?: boolean }) {
  const { language } = usePage();
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, tickMs);
    return () => clearInterval(timer);
  }, [now]);
  // A clock that is behind shows no future.
  const until = new Date(Math.max(now.value, Date.parse(moment)));
  return (
    <time dateTime={moment} title={dateTime(moment)}>
      {relativeTime(moment, until, language, isShort ? 'narrow' : 'long')}
    </time>
  );
}
