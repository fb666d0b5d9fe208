// While a run reads and writes: how far it is, and how to stop it.
import { Button } from '../../design/controls/button.tsx';
import { Notice } from '../../design/feedback/states.tsx';
import { useTexts } from '../../page/page-context.ts';
import { importTexts } from '../../texts/import.ts';
import type { Upload } from '../api/types.ts';
import { StepHeading } from './step-heading.tsx';
import type { StepProps } from './step-props.ts';

export function RunningStep({ work, upload: { progress } }: StepProps & { upload: Upload }) {
  const texts = useTexts(importTexts);
  const isDryRun = work.isDryRun.value;
  const title = isDryRun === null ? texts.working : isDryRun ? texts.checking : texts.importing;
  const { share = 0, rows = 0 } = progress ?? {};
  return (
    <section class="stack" aria-labelledby="import-running">
      <StepHeading id="import-running">{title}</StepHeading>
      <div class="panel">
        <progress class="import-progress" aria-label={title} max={1} value={share < 1 ? share : undefined} />
        <p class="muted number">{share < 1 ? texts.rowsRead(rows) : texts.writing}</p>
        {work.isWaiting.value && <Notice tone="neutral">{texts.waiting}</Notice>}
        <p class="muted">{texts.mayLeave}</p>
        <div>
          <Button isBusy={work.isBusy.value} onClick={work.cancelRun}>
            {texts.cancelRun}
          </Button>
        </div>
      </div>
    </section>
  );
}
