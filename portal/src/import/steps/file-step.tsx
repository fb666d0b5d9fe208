// The second step: the file, dropped or chosen; its upload, and how to continue one that was interrupted.
import { useSignal } from '@preact/signals';
import { Button } from '../../design/controls/button.tsx';
import { download } from '../../design/data/csv.ts';
import { Notice } from '../../design/feedback/states.tsx';
import { percentage } from '../../design/format/numbers.ts';
import { Icon } from '../../design/layout/icons.tsx';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { importTexts } from '../../texts/import.ts';
import { templateOf } from '../state/template.ts';
import { ExpectedColumns } from './expected-columns.tsx';
import { StepHeading } from './step-heading.tsx';
import type { StepProps } from './step-props.ts';

const megabyte = 1_048_576;

export function FileStep({ work, definition, go, restart, maxBytes }: StepProps & { maxBytes: number }) {
  const texts = useTexts(importTexts);
  const inLanguage = useLanguage();
  const { language } = usePage();
  const upload = work.upload.value;
  const title = inLanguage(definition.title);
  const saveTemplate = (): void =>
    download(
      `${texts.templateName(title)}.csv`,
      new Blob([templateOf(definition, language)], { type: 'text/csv;charset=utf-8' }),
    );
  return (
    <section class="stack" aria-labelledby="import-file">
      <StepHeading id="import-file">{texts.fileTitle(title)}</StepHeading>
      {work.isSending.value ? (
        <Sending work={work} restart={restart} />
      ) : (
        <>
          {upload && (
            <Notice tone="warning">
              {texts.interrupted(upload.fileName, percentage(upload.received / upload.bytes, language, 0))}
            </Notice>
          )}
          <FileChoice maxBytes={maxBytes} onChoose={(file) => void work.send(file)} />
          <div class="row">
            <Button onClick={saveTemplate}>{texts.template}</Button>
            {upload ? (
              <Button kind="quiet" onClick={restart}>
                {texts.cancelUpload}
              </Button>
            ) : (
              <Button kind="quiet" onClick={() => go({ name: null, id: null, sheet: null })}>
                {texts.otherImport}
              </Button>
            )}
          </div>
          <ExpectedColumns definition={definition} />
        </>
      )}
    </section>
  );
}

function FileChoice({ maxBytes, onChoose }: { maxBytes: number; onChoose: (file: File) => void }) {
  const texts = useTexts(importTexts);
  const isOver = useSignal(false);
  const over = (event: DragEvent, value: boolean): void => {
    event.preventDefault();
    isOver.value = value;
  };
  return (
    <label
      class="import-drop"
      data-over={isOver.value || undefined}
      onDragOver={(event) => over(event, true)}
      onDragLeave={(event) => over(event, false)}
      onDrop={(event) => {
        over(event, false);
        const file = event.dataTransfer?.files[0];
        if (file) onChoose(file);
      }}
    >
      <Icon name="import" />
      <span class="import-drop-title">{texts.drop}</span>
      <input
        type="file"
        accept=".xlsx,.csv,.txt,.tsv"
        aria-describedby="import-file-hint"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onChoose(file);
          // The same file can be chosen again.
          event.currentTarget.value = '';
        }}
      />
      <span class="muted" id="import-file-hint">
        {texts.fileHint(Math.floor(maxBytes / megabyte))}
      </span>
    </label>
  );
}

function Sending({ work, restart }: Pick<StepProps, 'work' | 'restart'>) {
  const texts = useTexts(importTexts);
  const { fileName = '', bytes = 1, received = 0 } = work.upload.value ?? {};
  const size = (value: number): string => (value / megabyte).toFixed(1);
  return (
    <div class="panel">
      <label class="field-label" for="import-progress">
        {texts.sending(fileName)}
      </label>
      <progress id="import-progress" class="import-progress" max={bytes} value={received} />
      <p class="muted number">{texts.sent(size(received), size(bytes))}</p>
      {work.isWaiting.value && <Notice tone="neutral">{texts.waiting}</Notice>}
      <div>
        <Button onClick={restart}>{texts.cancelUpload}</Button>
      </div>
    </div>
  );
}
