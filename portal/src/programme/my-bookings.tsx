// The viewer's bookings for sessions to come, each of which can be cancelled.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { Dialog } from '../design/controls/dialog.tsx';
import { Badge, ErrorState, Notice } from '../design/feedback/states.tsx';
import { announce } from '../design/feedback/toasts.tsx';
import { dayOf, timeOfDay, weekday } from '../design/format/dates.ts';
import { fullNumber } from '../design/format/numbers.ts';
import { type GraphError, messageIn } from '../graph/graph-error.ts';
import { mutate, newIdempotencyKey, request } from '../graph/request.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { session as signedIn } from '../session/session.ts';
import { programmeTexts } from '../texts/programme.ts';
import cancelBookingMutation from './cancel-booking.graphql?raw';
import myBookingsQuery from './my-bookings.graphql?raw';

interface Booking {
  id: string;
  status: 'CONFIRMED' | 'WAITLISTED' | 'CANCELLED' | 'CHECKED_IN' | 'NO_SHOW';
  seats: number;
  waitlistPosition: number | null;
  session: { id: string; startsAt: string; place: string; activity: { title: string } };
}

interface MyBookingsAnswer {
  viewer: { bookings: { nodes: Booking[] } | null } | null;
}

type CancelBookingResult =
  | { __typename: 'Booking'; id: string; status: string }
  | { __typename: 'InvalidTransition'; code: string; message: string };

interface MyBookingsProps {
  /** Counts changes of bookings; they are loaded again after each. */
  changes: number;
  onChange: () => void;
}

export function MyBookings({ changes, onChange }: MyBookingsProps) {
  const texts = useTexts(programmeTexts);
  const bookings = useSignal<readonly Booking[] | null>(null);
  const error = useSignal<GraphError | null>(null);
  const toCancel = useSignal<Booking | null>(null);
  const token = signedIn.value?.token;
  useEffect(() => {
    bookings.value = null;
    if (token === undefined) return;
    request<MyBookingsAnswer>(myBookingsQuery).then(
      ({ data, errors }) => {
        bookings.value = upcoming(data?.viewer?.bookings?.nodes ?? []);
        error.value = data?.viewer?.bookings ? null : (errors[0] ?? null);
      },
      (failure: GraphError) => {
        error.value = failure;
      },
    );
  }, [token, changes, bookings, error]);
  if (error.value && token) return <ErrorState error={error.value} />;
  if (!bookings.value) return null;
  return (
    <section class="panel" aria-labelledby="my-bookings-title">
      <h2 id="my-bookings-title">{texts.myBookings}</h2>
      {bookings.value.length === 0 && <p class="muted">{texts.noBookings}</p>}
      <ul class="stack-tight sessions">
        {bookings.value.map((booking) => (
          <li key={booking.id}>
            <BookingRow
              booking={booking}
              onCancel={() => {
                toCancel.value = booking;
              }}
            />
          </li>
        ))}
      </ul>
      <CancelDialog
        booking={toCancel.value}
        onClose={() => {
          toCancel.value = null;
        }}
        onCancelled={onChange}
      />
    </section>
  );
}

const upcoming = (bookings: readonly Booking[]): Booking[] =>
  bookings
    .filter(({ status }) => status === 'CONFIRMED' || status === 'WAITLISTED')
    .filter(({ session }) => new Date(session.startsAt).getTime() > Date.now())
    .toSorted((a, b) => a.session.startsAt.localeCompare(b.session.startsAt));

function BookingRow({ booking, onCancel }: { booking: Booking; onCancel: () => void }) {
  const texts = useTexts(programmeTexts);
  const { language } = usePage();
  const { session, status, seats, waitlistPosition } = booking;
  return (
    <article class="session" aria-labelledby={`booking-${booking.id}`}>
      <p class="session-time number">{timeOfDay(session.startsAt)}</p>
      <div>
        <h3 id={`booking-${booking.id}`}>{session.activity.title}</h3>
        <p>
          {weekday(dayOf(session.startsAt), language)} · {session.place}
        </p>
      </div>
      <div class="session-side">
        <span class="session-seats">
          {status === 'CONFIRMED' ? (
            <Badge tone="good">{texts.confirmed}</Badge>
          ) : (
            <Badge tone="warning">{texts.waitlistedShort(fullNumber(waitlistPosition ?? 0, language))}</Badge>
          )}
          <span class="muted">{texts.persons(fullNumber(seats, language))}</span>
        </span>
        <Button kind="danger" aria-describedby={`booking-${booking.id}`} onClick={onCancel}>
          {texts.cancel}
        </Button>
      </div>
    </article>
  );
}

interface CancelDialogProps {
  booking: Booking | null;
  onClose: () => void;
  onCancelled: () => void;
}

function CancelDialog({ booking, onClose, onCancelled }: CancelDialogProps) {
  const texts = useTexts(programmeTexts);
  const { language } = usePage();
  const refusal = useSignal<string | null>(null);
  const cancel = async (): Promise<void> => {
    if (!booking) return;
    try {
      const result = await mutate<CancelBookingResult>(cancelBookingMutation, {
        bookingId: booking.id,
        idempotencyKey: newIdempotencyKey(),
      });
      if (result.__typename !== 'Booking') {
        refusal.value = messageIn(result.message, language);
        return;
      }
      announce(texts.cancelDone);
      onCancelled();
      onClose();
    } catch (error) {
      refusal.value = messageIn((error as Error).message, language);
    }
  };
  return (
    <Dialog title={texts.cancel} isOpen={booking !== null} onClose={onClose}>
      <p>{texts.cancelQuestion(booking?.session.activity.title ?? '')}</p>
      {refusal.value !== null && <Notice tone="bad">{refusal.value}</Notice>}
      <div class="row">
        <Button kind="danger" onClick={cancel}>
          {texts.cancel}
        </Button>
        <Button onClick={onClose}>{texts.keep}</Button>
      </div>
    </Dialog>
  );
}
