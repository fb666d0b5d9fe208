// Who is signed in, and how to sign in: a made-up viewer in development, an identity provider, or a token that is pasted.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { TextArea } from '../design/controls/field.tsx';
import { Notice } from '../design/feedback/states.tsx';
import { announce } from '../design/feedback/toasts.tsx';
import { dateTime } from '../design/format/dates.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { finishSignIn, startSignIn } from '../session/oidc.ts';
import { session, sessionOf, signIn, signOut } from '../session/session.ts';
import { sessionTexts } from '../texts/session.ts';
import { DevelopmentTokenForm } from './development-token-form.tsx';
import type { District } from './figures.ts';

export function TokenHelper({ districts }: { districts: readonly District[] }) {
  const texts = useTexts(sessionTexts);
  const { settings } = usePage();
  return (
    <section class="panel" id="token" aria-labelledby="token-title">
      <h2 id="token-title">{texts.title}</h2>
      <p class="muted">{texts.intro}</p>
      <CurrentSession />
      {settings.oidc && <ProviderSignIn provider={settings.oidc} />}
      {settings.developmentTokens ? <DevelopmentTokenForm districts={districts} /> : <PasteForm />}
    </section>
  );
}

function CurrentSession() {
  const texts = useTexts(sessionTexts);
  const isMounted = useSignal(false);
  useEffect(() => {
    isMounted.value = true;
  }, [isMounted]);
  const current = isMounted.value ? session.value : null;
  if (!current) return null;
  return (
    <Notice tone="good">
      <p>
        {texts.signedIn} <strong>{current.name}</strong>
        {current.purpose && <> · {current.purpose}</>}
      </p>
      {current.expiresAt !== null && (
        <p class="muted number">
          {texts.expires} {dateTime(new Date(current.expiresAt).toISOString())}
        </p>
      )}
      <div class="row">
        <Button
          size="small"
          onClick={async () => {
            await navigator.clipboard.writeText(current.token);
            announce(texts.copied);
          }}
        >
          {texts.copy}
        </Button>
        <Button
          size="small"
          onClick={() => {
            signOut();
            announce(texts.signedOut);
          }}
        >
          {texts.signOut}
        </Button>
      </div>
    </Notice>
  );
}

function PasteForm() {
  const texts = useTexts(sessionTexts);
  const text = useSignal('');
  const error = useSignal<string | null>(null);
  const use = (event: Event): void => {
    event.preventDefault();
    const made = sessionOf(text.value.trim(), null);
    error.value = made ? null : texts.notToken;
    if (!made) return;
    signIn(made);
    announce(texts.done(made.name));
    text.value = '';
  };
  return (
    <form class="stack" onSubmit={use}>
      <TextArea
        label={texts.paste}
        hint={texts.pasteHint}
        error={error.value}
        value={text.value}
        autocomplete="off"
        onInput={(value) => {
          text.value = value;
        }}
      />
      <div>
        <Button type="submit" kind="primary">
          {texts.useToken}
        </Button>
      </div>
    </form>
  );
}

function ProviderSignIn({ provider }: { provider: { issuer: string; clientId: string } }) {
  const texts = useTexts(sessionTexts);
  const failure = useSignal<string | null>(null);
  useEffect(() => {
    finishSignIn(provider).then(
      (token) => {
        const made = token && sessionOf(token, null);
        if (made) signIn(made);
      },
      (error: Error) => {
        failure.value = error.message;
      },
    );
  }, [provider, failure]);
  return (
    <>
      {failure.value !== null && (
        <Notice tone="bad">
          {texts.signInFailed} {failure.value}
        </Notice>
      )}
      <div>
        <Button
          kind="primary"
          onClick={() =>
            startSignIn(provider).catch((error: Error) => {
              failure.value = error.message;
            })
          }
        >
          {texts.signIn}
        </Button>
      </div>
    </>
  );
}
