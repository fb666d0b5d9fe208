// Role, division and purpose of a made-up viewer, and a token for them.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { Field, Select } from '../design/controls/field.tsx';
import { Notice } from '../design/feedback/states.tsx';
import { announce } from '../design/feedback/toasts.tsx';
import { messageIn } from '../graph/graph-error.ts';
import type { Bilingual } from '../page/language.ts';
import { useLanguage, usePage, useTexts } from '../page/page-context.ts';
import { loadRoles, type RolePurposes, signInAs } from '../session/development-tokens.ts';
import { purposeTexts, roleTexts, sessionTexts } from '../texts/session.ts';
import { cityCode, type District, firstCode } from './figures.ts';

export function DevelopmentTokenForm({ districts }: { districts: readonly District[] }) {
  const texts = useTexts(sessionTexts);
  const inLanguage = useLanguage();
  const { language } = usePage();
  const role = useSignal('resident');
  const division = useSignal(firstCode);
  const purpose = useSignal('');
  const failure = useSignal<string | null>(null);
  const roles = useRoles(failure);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    failure.value = null;
    try {
      announce(texts.done(await signInAs(role.value, division.value.trim(), purpose.value || null)));
    } catch (error) {
      failure.value = messageIn((error as Error).message, language);
    }
  };
  const named = (names: Readonly<Record<string, Bilingual>>, name: string) =>
    names[name] ? inLanguage({ zh: `${names[name].zh} ${name}`, en: names[name].en }) : name;
  const roleNames = Object.keys(roles).length ? Object.keys(roles) : [role.value];
  const purposes = roles[role.value] ?? [];
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
        <DivisionField division={division} districts={districts} />
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
      <Button type="submit" kind="primary">
        {texts.getToken}
      </Button>
    </form>
  );
}

interface DivisionFieldProps {
  division: Signal<string>;
  districts: readonly District[];
}

function DivisionField({ division, districts }: DivisionFieldProps) {
  const texts = useTexts(sessionTexts);
  return (
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
  );
}

/** The roles that there are; empty until they are loaded. */
function useRoles(failure: Signal<string | null>): RolePurposes {
  const roles = useSignal<RolePurposes>({});
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
  return roles.value;
}
