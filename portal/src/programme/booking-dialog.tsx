// Booking a session: a form, what the graph refused, or where to sign in.
import { useSignal } from '@preact/signals';
import { Button, LinkButton } from '../design/controls/button.tsx';
import { Dialog } from '../design/controls/dialog.tsx';
import { Notice } from '../design/feedback/states.tsx';
import { timeOfDay, weekday } from '../design/format/dates.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { signInAs } from '../session/development-tokens.ts';
import { session as signedIn } from '../session/session.ts';
import { programmeTexts } from '../texts/programme.ts';
import { BookingForm } from './booking-form.tsx';
import type { Session } from './view.ts';

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
      await signInAs('resident', developmentDivision, null);
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
