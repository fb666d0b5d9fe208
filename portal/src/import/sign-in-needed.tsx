// What a viewer without a token, or with one that may import nothing, needs, and how to get it.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Button, LinkButton } from '../design/controls/button.tsx';
import { Select, TextField } from '../design/controls/field.tsx';
import { Notice } from '../design/feedback/states.tsx';
import { messageIn } from '../graph/graph-error.ts';
import { useLanguage, usePage, useTexts } from '../page/page-context.ts';
import { signInAs } from '../session/development-tokens.ts';
import { importTexts } from '../texts/import.ts';
import { roleTexts, sessionTexts } from '../texts/session.ts';

/** The roles that may write what is imported. */
const roles = [
  'place-registrar',
  'care-manager',
  'community-worker',
  'petition-agent',
  'grid-worker',
  'sanitation-dispatcher',
  'device-maintainer',
  'venue-manager',
];
const firstDivision = '410105';

/** `children` say why the token that there is does not suffice. */
export function SignInNeeded({ children }: { children?: ComponentChildren }) {
  const texts = useTexts(importTexts);
  const { settings } = usePage();
  return (
    <section class="panel import-narrow" aria-labelledby="import-need">
      <h2 id="import-need">{texts.needTitle}</h2>
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
  const texts = useTexts(importTexts);
  const sessions = useTexts(sessionTexts);
  const inLanguage = useLanguage();
  const { language } = usePage();
  const role = useSignal(roles[0] ?? '');
  const division = useSignal(firstDivision);
  const failure = useSignal<string | null>(null);
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    failure.value = null;
    await signInAs(role.value, division.value.trim(), null).catch((error: Error) => {
      failure.value = messageIn(error.message, language);
    });
  };
  const labelOf = (name: string): string => {
    const text = roleTexts[name];
    return text ? inLanguage(text) : name;
  };
  return (
    <form class="stack" onSubmit={enter}>
      <p class="muted">{texts.needDevelopment}</p>
      <Select
        label={sessions.role}
        value={role.value}
        options={roles.map((name) => ({ value: name, label: labelOf(name) }))}
        onChange={(value) => {
          role.value = value;
        }}
      />
      <TextField
        label={sessions.division}
        hint={sessions.divisionHint}
        value={division.value}
        autocomplete="off"
        onInput={(value) => {
          division.value = value;
        }}
      />
      {failure.value !== null && <Notice tone="bad">{failure.value}</Notice>}
      <div class="row">
        <Button type="submit" kind="primary">
          {texts.enter}
        </Button>
        <a href="/#token">{texts.toSignIn}</a>
      </div>
    </form>
  );
}
