// Where in the import one is: a list of steps, with the current one marked.
import { useTexts } from '../page/page-context.ts';
import { importTexts } from '../texts/import.ts';

const stepNames = ['stepChoose', 'stepFile', 'stepColumns', 'stepCheck', 'stepImport'] as const;
export type Step = (typeof stepNames)[number];

export function StepsList({ current }: { current: Step }) {
  const texts = useTexts(importTexts);
  const at = stepNames.indexOf(current);
  return (
    <ol class="import-steps" aria-label={texts.steps}>
      {stepNames.map((name, index) => (
        <li
          key={name}
          aria-current={name === current ? 'step' : undefined}
          data-state={index < at ? 'done' : index === at ? 'current' : 'ahead'}
        >
          <span class="import-step-number" aria-hidden="true">
            {index < at ? '✓' : index + 1}
          </span>
          <span class="import-step-name">{texts[name]}</span>
        </li>
      ))}
    </ol>
  );
}
