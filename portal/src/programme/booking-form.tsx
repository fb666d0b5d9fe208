// The form in which a session is booked, and what the graph answers to it.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { TextField } from '../design/controls/field.tsx';
import { Notice } from '../design/feedback/states.tsx';
import { announce } from '../design/feedback/toasts.tsx';
import { messageIn } from '../graph/graph-error.ts';
import { mutate, newIdempotencyKey } from '../graph/request.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { programmeTexts } from '../texts/programme.ts';
import bookSessionMutation from './book-session.graphql?raw';
import type { Session } from './view.ts';

type BookSessionResult =
  | { __typename: 'Booking'; id: string; status: 'CONFIRMED' | 'WAITLISTED'; waitlistPosition: number | null }
  | { __typename: 'SessionClosed' | 'AlreadyBooked' | 'BookingLimitReached'; code: string; message: string };

interface BookingFormProps {
  session: Session;
  onBooked: () => void;
  onClose: () => void;
}

export function BookingForm({ session, onClose, onBooked }: BookingFormProps) {
  const texts = useTexts(programmeTexts);
  const { name, phone, seats, isSent, isBusy, refusal, submit } = useBooking({ session, onClose, onBooked });
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const missing = (value: string) => (isSent.value && !value.trim() ? texts.missing : null);
  return (
    <form class="stack" ref={form} noValidate onSubmit={submit}>
      {refusal.value !== null && <Notice tone="bad">{refusal.value}</Notice>}
      <TextField
        label={texts.name}
        name="name"
        autocomplete="name"
        required
        error={missing(name.value)}
        value={name.value}
        onInput={(value) => {
          name.value = value;
        }}
      />
      <TextField
        label={texts.phone}
        name="phone"
        type="tel"
        autocomplete="tel"
        required
        hint={texts.notStored}
        error={missing(phone.value)}
        value={phone.value}
        onInput={(value) => {
          phone.value = value;
        }}
      />
      <TextField
        label={texts.seats}
        name="seats"
        type="number"
        min={1}
        max={Math.min(10, session.capacity)}
        value={seats.value}
        onInput={(value) => {
          seats.value = value;
        }}
      />
      <div>
        <Button type="submit" kind="primary" isBusy={isBusy.value}>
          {texts.confirmBook}
        </Button>
      </div>
    </form>
  );
}

/** What is typed into the form, and sending it. */
function useBooking({ session, onClose, onBooked }: BookingFormProps) {
  const texts = useTexts(programmeTexts);
  const { language } = usePage();
  const name = useSignal('');
  const phone = useSignal('');
  const seats = useSignal('1');
  const isSent = useSignal(false);
  const isBusy = useSignal(false);
  const refusal = useSignal<string | null>(null);
  // Sent again after a failure, the booking is made once.
  const key = useRef(newIdempotencyKey());
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    isSent.value = true;
    if (!name.value.trim() || !phone.value.trim() || isBusy.value) return;
    isBusy.value = true;
    try {
      const result = await mutate<BookSessionResult>(bookSessionMutation, {
        sessionId: session.id,
        name: name.value.trim(),
        phone: phone.value.trim(),
        seats: Number(seats.value),
        idempotencyKey: key.current,
      });
      if (result.__typename !== 'Booking') {
        refusal.value = messageIn(result.message, language);
        // With other values it is another booking.
        key.current = newIdempotencyKey();
        return;
      }
      announce(
        result.status === 'WAITLISTED'
          ? texts.waitlisted(String(result.waitlistPosition ?? ''))
          : texts.booked,
      );
      onBooked();
      onClose();
    } catch (error) {
      refusal.value = messageIn((error as Error).message, language);
      key.current = newIdempotencyKey();
    } finally {
      isBusy.value = false;
    }
  };
  return { name, phone, seats, isSent, isBusy, refusal, submit };
}
