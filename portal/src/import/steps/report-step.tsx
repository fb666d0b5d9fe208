// The fourth step: what the check found, and the decision to import.
import { useSignal } from '@preact/signals';
import { Button } from '../../design/controls/button.tsx';
import { Dialog } from '../../design/controls/dialog.tsx';
import { Notice } from '../../design/feedback/states.tsx';
import { messageIn } from '../../graph/graph-error.ts';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { importTexts } from '../../texts/import.ts';
import type { ImportResult, Upload } from '../api/types.ts';
import { ReportDetails, ReportFigures } from './report-details.tsx';
import { StepHeading } from './step-heading.tsx';
import type { StepProps } from './step-props.ts';

export function ReportStep(props: StepProps & { upload: Upload }) {
  const { work, definition, go, restart, upload } = props;
  const texts = useTexts(importTexts);
  const { result } = upload;
  const isWritable = upload.state === 'CHECKED' && result !== null && result.created + result.updated > 0;
  return (
    <section class="stack" aria-labelledby="import-report">
      <div>
        <StepHeading id="import-report">
          {upload.state === 'FAILED'
            ? texts.failedTitle
            : result === null
              ? texts.refusedTitle
              : texts.reportTitle}
        </StepHeading>
        <p class="import-file-name">
          {upload.fileName} · {texts.nothingWritten}
        </p>
      </div>
      <Reason upload={upload} />
      {result && <ReportFigures result={result} />}
      <div class="row">
        {isWritable && result && <ImportButton {...props} result={result} />}
        <Button onClick={() => go({ isMapping: true })}>{texts.toColumns}</Button>
        <Button isBusy={work.isBusy.value} onClick={restart}>
          {texts.otherFileButton}
        </Button>
      </div>
      {result && <ReportDetails result={result} definition={definition} />}
    </section>
  );
}

/** Why nothing can be written, if so. */
function Reason({ upload: { id, state, message, result } }: { upload: Upload }) {
  const texts = useTexts(importTexts);
  const { language } = usePage();
  if (state === 'FAILED')
    return (
      <Notice tone="bad">
        {message !== null && <p>{messageIn(message, language)}</p>}
        <p>{texts.failedAdvice(id)}</p>
      </Notice>
    );
  if (result === null)
    return (
      <Notice tone="bad">
        <p class="import-message">{messageIn(message ?? '', language)}</p>
      </Notice>
    );
  if (state === 'REFUSED') return <Notice tone="bad">{texts.refusedRows}</Notice>;
  if (result.created + result.updated > 0) return null;
  if (result.rejected > 0) return <Notice tone="bad">{texts.nothingToWrite}</Notice>;
  return <Notice tone="good">{texts.allUnchanged}</Notice>;
}

function ImportButton({ work, definition, address, result }: StepProps & { result: ImportResult }) {
  const texts = useTexts(importTexts);
  const inLanguage = useLanguage();
  const isOpen = useSignal(false);
  const close = (): void => {
    isOpen.value = false;
  };
  const { created, updated, rejected } = result;
  const start = (): void => {
    close();
    void work.run({ dryRun: false, skipBad: rejected > 0, sheet: address.sheet, mapping: {} });
  };
  return (
    <>
      <Button
        kind="primary"
        isBusy={work.isBusy.value}
        onClick={() => {
          isOpen.value = true;
        }}
      >
        {texts.toImport}
      </Button>
      <Dialog title={texts.confirmTitle} isOpen={isOpen.value} onClose={close}>
        <div class="stack">
          <p>{texts.confirm(inLanguage(definition.title), created, updated)}</p>
          {rejected > 0 && <Notice tone="warning">{texts.confirmRejected(rejected)}</Notice>}
          <p class="muted">{texts.confirmRecord}</p>
          <div class="row">
            <Button kind="primary" onClick={start}>
              {texts.confirmButton}
            </Button>
            <Button onClick={close}>{texts.back}</Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}
