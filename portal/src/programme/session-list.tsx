// The sessions of a day, with the seats that are left in words and one button each.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { Badge, EmptyState } from '../design/feedback/states.tsx';
import { timeOfDay, weekday } from '../design/format/dates.ts';
import { fullNumber } from '../design/format/numbers.ts';
import { useLanguage, usePage, useTexts } from '../page/page-context.ts';
import { audienceTexts, categoryTexts, programmeTexts } from '../texts/programme.ts';
import type { Session } from './view.ts';

interface SessionListProps {
  sessions: readonly Session[];
  hasMore: boolean;
  day: string;
  onBook: (session: Session) => void;
}

export function SessionList({ sessions, hasMore, day, onBook }: SessionListProps) {
  const texts = useTexts(programmeTexts);
  const { language } = usePage();
  if (sessions.length === 0)
    return (
      <EmptyState title={texts.none}>
        <p>{texts.noneAdvice}</p>
      </EmptyState>
    );
  return (
    <section class="stack" aria-labelledby="sessions-title">
      <div class="panel-head">
        <h2 id="sessions-title">{weekday(day, language)}</h2>
        <span class="muted">{texts.found(fullNumber(sessions.length, language))}</span>
      </div>
      <ul class="stack-tight sessions">
        {sessions.map((session) => (
          <li key={session.id}>
            <SessionCard session={session} onBook={onBook} />
          </li>
        ))}
      </ul>
      {hasMore && <p class="muted">{texts.more}</p>}
    </section>
  );
}

function SessionCard({ session, onBook }: { session: Session; onBook: (session: Session) => void }) {
  const texts = useTexts(programmeTexts);
  const inLanguage = useLanguage();
  const { activity, division, place, startsAt, endsAt, seatsLeft } = session;
  const hasStarted = useHasStarted(startsAt);
  const unknown = (name: string) => ({ zh: name, en: name });
  return (
    <article class="session" aria-labelledby={`session-${session.id}`}>
      <p class="session-time number">
        <time dateTime={startsAt}>{timeOfDay(startsAt)}</time>
        <span class="muted">–{timeOfDay(endsAt)}</span>
      </p>
      <div>
        <h3 id={`session-${session.id}`}>{activity.title}</h3>
        <p>
          {division ? `${division.name} · ` : ''}
          {place}
        </p>
        <p class="muted">
          {inLanguage(categoryTexts[activity.category] ?? unknown(activity.category))} ·{' '}
          {inLanguage(audienceTexts[activity.audience] ?? unknown(activity.audience))}
        </p>
      </div>
      <div class="session-side">
        <Seats session={session} hasStarted={hasStarted} />
        {session.status === 'SCHEDULED' && !hasStarted && (
          <Button aria-describedby={`session-${session.id}`} onClick={() => onBook(session)}>
            {seatsLeft > 0 ? texts.book : texts.joinWaitlist}
          </Button>
        )}
      </div>
    </article>
  );
}

function Seats({
  session: { status, seatsLeft, waitlistLength, bookingRequired },
  hasStarted,
}: {
  session: Session;
  hasStarted: boolean;
}) {
  const texts = useTexts(programmeTexts);
  const { language } = usePage();
  if (status === 'CANCELLED') return <Badge tone="bad">{texts.cancelled}</Badge>;
  if (hasStarted || status === 'HELD') return <Badge>{texts.started}</Badge>;
  if (seatsLeft > 0)
    return (
      <span class="session-seats">
        <Badge tone={seatsLeft > fewSeats ? 'good' : 'warning'}>
          {texts.seatsLeft(fullNumber(seatsLeft, language))}
        </Badge>
        {!bookingRequired && <span class="muted">{texts.walkIn}</span>}
      </span>
    );
  return (
    <span class="session-seats">
      <Badge tone="bad">{texts.full}</Badge>
      {waitlistLength > 0 && <span class="muted">{texts.waiting(fullNumber(waitlistLength, language))}</span>}
    </span>
  );
}

const fewSeats = 5;

/** False in the gateway, whose page may be some seconds old, and right once the page is shown. */
function useHasStarted(startsAt: string): boolean {
  const hasStarted = useSignal(false);
  useEffect(() => {
    hasStarted.value = new Date(startsAt).getTime() <= Date.now();
  }, [startsAt, hasStarted]);
  return hasStarted.value;
}
