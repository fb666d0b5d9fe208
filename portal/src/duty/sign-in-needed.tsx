// What a viewer without a token, or with one that may not see incidents, needs, and how to get it.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Button, LinkButton } from '../design/controls/button.tsx';
import { TextField } from '../design/controls/field.tsx';
import { Notice } from '../design/feedback/states.tsx';
import { usePage, useTexts } from '../page/page-context.ts';
import { requestToken } from '../session/development-tokens.ts';
import { sessionOf, signIn } from '../session/session.ts';
import { dutyTexts } from '../texts/duty.ts';

const role = 'duty-officer';
const firstDivision = '410105';

/** `children` say why the token that there is does not suffice. */
export function SignInNeeded({ children }: { children?: ComponentChildren }) {
  const texts = useTexts(dutyTexts);
  const { settings } = usePage();
  return (
    <section class="panel duty-sign-in" aria-labelledby="duty-need">
      <h2 id="duty-need">{texts.needTitle}</h2>
      {children}
      <p>{texts.needReason}</p>
      {settings.developmentTokens ? (
        <DevelopmentForm />
      ) : (
        <>
          <p>{texts.needProduction}</p>
          <div>
            <LinkButton kind="primary" href="/#token">
              {texts.toSignIn}
            </LinkButton>
          </div>
        </>
      )}
    </section>
  );
}

function DevelopmentForm() {
  const texts = useTexts(dutyTexts);
  const division = useSignal(firstDivision);
  const failure = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy.value) return;
    isBusy.value = true;
    failure.value = null;
    try {
      const made = sessionOf(await requestToken(role, division.value.trim()), null);
      if (made) signIn(made);
    } catch (error) {
      failure.value = (error as Error).message;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form class="stack" onSubmit={enter}>
      <p class="muted">{texts.needDevelopment}</p>
      <TextField
        label={texts.division}
        hint={texts.divisionHint}
        value={division.value}
        autocomplete="off"
        onInput={(value) => {
          division.value = value;
        }}
      />
      {failure.value !== null && <Notice tone="bad">{failure.value}</Notice>}
      <div class="row">
        <Button type="submit" kind="primary" isBusy={isBusy.value}>
          {texts.enter}
        </Button>
        <a href="/#token">{texts.toSignIn}</a>
      </div>
    </form>
  );
}
