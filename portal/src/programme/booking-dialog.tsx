// Booking a session: a form, what the graph refused, or where to sign in.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button, LinkButton } from '../design/controls/button.tsx';
import { Dialog } from '../design/controls/dialog.tsx';
import { TextField } from '../design/controls/field.tsx';
import { Notice } from '../design/feedback/states.tsx';
import { announce } from '../design/feedback/toasts.tsx';
import { timeOfDay, weekday } from '../design/format/dates.ts';
import { messageIn } from '../graph/graph-error.ts';
import { mutate, newIdempotencyKey } from '../graph/request.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { requestToken } from '../session/development-tokens.ts';
import { sessionOf, session as signedIn, signIn } from '../session/session.ts';
import { programmeTexts } from '../texts/programme.ts';
import bookSessionMutation from './book-session.graphql?raw';
import type { Session } from './view.ts';

type BookSessionResult =
  | { __typename: 'Booking'; id: string; status: 'CONFIRMED' | 'WAITLISTED'; waitlistPosition: number | null }
  | { __typename: 'SessionClosed' | 'AlreadyBooked' | 'BookingLimitReached'; code: string; message: string };

interface BookingDialogProps {
  session: Session | null;
  onClose: () => void;
  onBooked: () => void;
}

export function BookingDialog({ session, onClose, onBooked }: BookingDialogProps) {
  const texts = useTexts(programmeTexts);
  const { language } = usePage();
  return (
    <Dialog
      title={texts.bookTitle(session?.activity.title ?? '')}
      isOpen={session !== null}
      onClose={onClose}
    >
      {session && (
        <>
          <p>
            {weekday(session.startsAt.slice(0, 10), language)} {timeOfDay(session.startsAt)} · {session.place}
          </p>
          {signedIn.value ? (
            <BookingForm session={session} onClose={onClose} onBooked={onBooked} />
          ) : (
            <SignInFirst />
          )}
        </>
      )}
    </Dialog>
  );
}

/** Residents of the city may book anywhere in it. */
const developmentDivision = '410100';

function SignInFirst() {
  const texts = useTexts(programmeTexts);
  const { settings } = usePage();
  const failure = useSignal<string | null>(null);
  const goOn = async (): Promise<void> => {
    try {
      const made = sessionOf(await requestToken('resident', developmentDivision), null);
      if (made) signIn(made);
    } catch (error) {
      failure.value = (error as Error).message;
    }
  };
  return (
    <>
      <p>{texts.signInFirst}</p>
      {failure.value !== null && <Notice tone="bad">{failure.value}</Notice>}
      <div class="row">
        {settings.developmentTokens && (
          <Button kind="primary" onClick={goOn}>
            {texts.asResident}
          </Button>
        )}
        <LinkButton href="/#token">{texts.toSignIn}</LinkButton>
      </div>
    </>
  );
}

function BookingForm({ session, onClose, onBooked }: BookingDialogProps & { session: Session }) {
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
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
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
