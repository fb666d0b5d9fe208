// The last step: what was written, the rows that were not, and what is on record.
import { useSignal } from '@preact/signals';
import { Button } from '../../design/controls/button.tsx';
import { download } from '../../design/data/csv.ts';
import { ErrorState, Notice } from '../../design/feedback/states.tsx';
import type { GraphError } from '../../graph/graph-error.ts';
import { useLanguage, useTexts } from '../../page/page-context.ts';
import { importTexts } from '../../texts/import.ts';
import type { Upload } from '../api/types.ts';
import { ReportDetails, ReportFigures } from './report-details.tsx';
import { StepHeading } from './step-heading.tsx';
import type { StepProps } from './step-props.ts';

export function ResultStep({ work, definition, go, restart, upload }: StepProps & { upload: Upload }) {
  const texts = useTexts(importTexts);
  const inLanguage = useLanguage();
  const { result } = upload;
  return (
    <section class="stack" aria-labelledby="import-result">
      <div>
        <StepHeading id="import-result">{texts.doneTitle}</StepHeading>
        <p class="import-file-name">
          {inLanguage(definition.title)} · {upload.fileName}
        </p>
      </div>
      {result && <ReportFigures result={result} />}
      {result?.hasRejects && <Rejects work={work} />}
      <Notice>
        <p>
          {texts.onRecord} <a href="/docs/tasks/access-record">{texts.aboutRecord}</a>
        </p>
      </Notice>
      <div class="row">
        <Button kind={result?.hasRejects ? 'secondary' : 'primary'} onClick={restart}>
          {texts.another}
        </Button>
        <Button onClick={() => go({ name: null, id: null, sheet: null, isMapping: false })}>
          {texts.otherImport}
        </Button>
      </div>
      {result && <ReportDetails result={result} definition={definition} />}
    </section>
  );
}

function Rejects({ work }: Pick<StepProps, 'work'>) {
  const texts = useTexts(importTexts);
  const failure = useSignal<GraphError | null>(null);
  const isBusy = useSignal(false);
  const save = async (): Promise<void> => {
    isBusy.value = true;
    failure.value = null;
    try {
      const { name, content } = await work.api.rejects(work.path);
      download(name, content);
    } catch (error) {
      failure.value = error as GraphError;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <>
      <div class="row">
        <Button kind="primary" isBusy={isBusy.value} onClick={save}>
          {texts.rejects}
        </Button>
        <span class="muted">{texts.rejectsHint}</span>
      </div>
      {failure.value && <ErrorState error={failure.value} title={texts.actionFailed} retry={save} />}
    </>
  );
}
