// The person whom an incident concerns: masked until the duty officer declares what for.
import { Segments } from '../design/controls/button.tsx';
import { useTexts } from '../page/page-context.ts';
import { session, signIn } from '../session/session.ts';
import { dutyTexts, relationshipNames } from '../texts/duty.ts';
import { purposeTexts } from '../texts/session.ts';
import type { Elder } from './live/operations.ts';
import { useName } from './parts/marks.tsx';

/** The purposes of the role that handles incidents. The graph refuses them to others. */
const purposes = ['INCIDENT_HANDLING', 'EMERGENCY'];

/** The purpose holds for the session, so all pages show it; the page asks everything again with it. */
function declare(purpose: string | null): void {
  if (session.value) signIn({ ...session.value, purpose });
}

export function Person({ elder }: { elder: Elder }) {
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  const current = session.value?.purpose ?? null;
  const { name, phone, address, age, abilityLevel, emergencyContacts } = elder;
  const facts = [
    [texts.name, name],
    [texts.ageLabel, age === null ? null : texts.age(age)],
    [texts.phone, phone],
    [texts.address, address],
    [texts.ability, abilityLevel === null ? null : String(abilityLevel)],
  ] as const;
  return (
    <section class="duty-person" aria-labelledby="duty-person">
      <h3 id="duty-person">{texts.person}</h3>
      <p class="muted">{current ? texts.shown : texts.maskedAs}</p>
      <dl class="duty-facts">
        {facts.map(
          ([label, value]) =>
            value !== null && (
              <div key={label}>
                <dt>{label}</dt>
                <dd class="number">{value}</dd>
              </div>
            ),
        )}
        {!!emergencyContacts?.length && (
          <div>
            <dt>{texts.contacts}</dt>
            {emergencyContacts.map((contact) => (
              <dd class="number" key={`${contact.phone} ${contact.relationship}`}>
                {nameOf(relationshipNames, contact.relationship)} {contact.name} {contact.phone}
              </dd>
            ))}
          </div>
        )}
      </dl>
      <Segments
        label={texts.purpose}
        options={[
          { value: '', label: texts.masked },
          ...purposes.map((value) => ({ value, label: nameOf(purposeTexts, value) })),
        ]}
        value={current ?? ''}
        onChange={(purpose) => declare(purpose || null)}
      />
    </section>
  );
}
