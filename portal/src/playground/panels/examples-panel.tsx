// Examples by role.
import { useLanguage, usePage } from '../../page/page-context.ts';
import { roleNames } from '../../texts/playground.ts';
import { examplesOf } from '../examples.ts';
import { replaceDraft } from '../workspace.ts';

export function ExamplesPanel() {
  const inLanguage = useLanguage();
  const { today } = usePage();
  const byRole = Map.groupBy(examplesOf(today), ({ role }) => role);
  return (
    <div class="stack">
      {[...byRole].map(([role, examples]) => (
        <section key={role} class="stack-tight">
          <h2 class="tool-title">{inLanguage(roleNames[role] ?? { zh: role, en: role })}</h2>
          <ul class="tool-list">
            {examples.map(({ label, query, variables }) => (
              <li key={label.en}>
                <button
                  type="button"
                  class="tool-item"
                  onClick={() => replaceDraft({ query, variables: JSON.stringify(variables, null, 2) })}
                >
                  {inLanguage(label)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
