// The page: the programme of the week with booking, and incidents as they happen.
import { match } from '@district-graph/client';
import { useState } from 'react';
import {
  BookDocument,
  IncidentsDocument,
  type IncidentsSubscription,
  ProgrammeDocument,
} from './gql/graphql.ts';
import { useMutation, useQuery, useSubscription } from './graph-hooks.ts';

const within = '410105';
const dayMs = 86_400_000;
const day = (ahead: number) => new Date(Date.now() + ahead * dayMs).toISOString().slice(0, 10);

export function App() {
  return (
    <main>
      <h1>金水区</h1>
      <Programme />
      <Incidents />
    </main>
  );
}

function Programme() {
  const { answer, error, isLoading, reload } = useQuery(ProgrammeDocument, {
    within,
    period: { from: day(0), to: day(6) },
  });
  const [book, booking] = useMutation(BookDocument);
  const [message, setMessage] = useState('');

  async function onBook(sessionId: string) {
    const data = await book({ input: { sessionId } });
    if (!data) return;
    setMessage(
      match(data.bookSession, {
        Booking: ({ status, waitlistPosition }) => `${status} ${waitlistPosition ?? ''}`,
        Refusal: (refusal) => refusal.message,
      }),
    );
    reload();
  }

  if (error) return <p role="alert">{`${error.message} ${error.traceId ?? ''}`}</p>;
  return (
    <section aria-busy={isLoading}>
      <h2>本周活动</h2>
      <p role="status">{booking.error?.message ?? message}</p>
      <ul>
        {answer?.data.sessions?.nodes.map((session) => (
          <li key={session.id}>
            {session.startsAt.slice(0, 16)} {session.activity?.title} · {session.venue?.name} · 余{' '}
            {session.seatsLeft}{' '}
            <button type="button" disabled={booking.isRunning} onClick={() => onBook(session.id)}>
              预约
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Incident = IncidentsSubscription['incidentChanged'];

function Incidents() {
  const [incidents, setIncidents] = useState<readonly Incident[]>([]);
  const { status, error } = useSubscription(IncidentsDocument, { within }, ({ incidentChanged }) =>
    setIncidents((before) =>
      [incidentChanged, ...before.filter(({ id }) => id !== incidentChanged.id)].slice(0, 20),
    ),
  );
  return (
    <section>
      <h2>事件</h2>
      <p role="status">
        {status} {error?.message}
      </p>
      <ul>
        {incidents.map(({ id, kind, severity, status, division }) => (
          <li key={id}>
            {severity} {kind} {status} {division?.name}
          </li>
        ))}
      </ul>
    </section>
  );
}
