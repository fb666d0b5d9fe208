// Role, division and purpose of a made-up viewer, and a token for them.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { Field, Select } from '../design/controls/field.tsx';
import { Notice } from '../design/feedback/states.tsx';
import { announce } from '../design/feedback/toasts.tsx';
import { messageIn } from '../graph/graph-error.ts';
import { useLanguage, usePage, useTexts } from '../page/page-context.ts';
import { loadRoles, type RolePurposes, requestToken } from '../session/development-tokens.ts';
import { sessionOf, signIn } from '../session/session.ts';
import { purposeTexts, roleTexts, sessionTexts } from '../texts/session.ts';
import { cityCode, type District, firstCode } from './figures.ts';

export function DevelopmentTokenForm({ districts }: { districts: readonly District[] }) {
  const texts = useTexts(sessionTexts);
  const inLanguage = useLanguage();
  const { language } = usePage();
  const roles = useSignal<RolePurposes>({});
  const role = useSignal('resident');
  const division = useSignal(firstCode);
  const purpose = useSignal('');
  const failure = useSignal<string | null>(null);
  useEffect(() => {
    loadRoles().then(
      (loaded) => {
        roles.value = loaded;
      },
      (error: Error) => {
        failure.value = error.message;
      },
    );
  }, [roles, failure]);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    failure.value = null;
    try {
      const made = sessionOf(await requestToken(role.value, division.value.trim()), purpose.value || null);
      if (!made) return;
      signIn(made);
      announce(texts.done(made.name));
    } catch (error) {
      failure.value = messageIn((error as Error).message, language);
    }
  };
  const named = (names: Readonly<Record<string, { zh: string; en: string }>>, name: string) =>
    names[name] ? inLanguage({ zh: `${names[name].zh} ${name}`, en: names[name].en }) : name;
  const roleNames = Object.keys(roles.value).length ? Object.keys(roles.value) : [role.value];
  const purposes = roles.value[role.value] ?? [];
  return (
    <form class="stack" onSubmit={submit}>
      <p>{texts.developmentOnly}</p>
      <div class="token-form">
        <Select
          label={texts.role}
          value={role.value}
          options={roleNames.map((name) => ({ value: name, label: named(roleTexts, name) }))}
          onChange={(value) => {
            role.value = value;
            purpose.value = '';
          }}
        />
        <Field label={texts.division} hint={texts.divisionHint}>
          {(attributes) => (
            <>
              <input
                class="input number"
                list="token-divisions"
                inputMode="numeric"
                autocomplete="off"
                value={division.value}
                onInput={(event) => {
                  division.value = event.currentTarget.value;
                }}
                {...attributes}
              />
              <datalist id="token-divisions">
                {[{ code: cityCode, name: '郑州市' }, ...districts].map(({ code, name }) => (
                  <option key={code} value={code}>
                    {name}
                  </option>
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Select
          label={texts.purpose}
          hint={texts.purposeHint}
          value={purpose.value}
          options={[
            { value: '', label: texts.noPurpose },
            ...purposes.map((name) => ({ value: name, label: named(purposeTexts, name) })),
          ]}
          onChange={(value) => {
            purpose.value = value;
          }}
        />
      </div>
      {failure.value !== null && <Notice tone="bad">{failure.value}</Notice>}
      <div>
        <Button type="submit" kind="primary">
          {texts.getToken}
        </Button>
      </div>
    </form>
  );
}
