// The third step: the sheet, the header that was found, and what each column of the file becomes.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../../design/controls/button.tsx';
import { Select } from '../../design/controls/field.tsx';
import { ErrorState, Notice, Skeleton } from '../../design/feedback/states.tsx';
import { type GraphError, messageIn } from '../../graph/graph-error.ts';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { importTexts } from '../../texts/import.ts';
import type { ImportColumn, Preview, Upload } from '../api/types.ts';
import { mappedColumns, mappingFaults } from '../state/mapping.ts';
import { columnLabel } from '../state/template.ts';
import { useChanges } from '../state/use-changes.ts';
import { ColumnMapping } from './column-mapping.tsx';
import { FirstRows } from './first-rows.tsx';
import { StepHeading } from './step-heading.tsx';
import type { StepProps } from './step-props.ts';

export function ColumnsStep(props: StepProps & { upload: Upload }) {
  const { work, address, go, restart, upload } = props;
  const texts = useTexts(importTexts);
  const { language } = usePage();
  const { preview, failure, load } = usePreview(work.api, work.path, address.sheet);
  return (
    <section class="stack" aria-labelledby="import-columns">
      <div>
        <StepHeading id="import-columns">{texts.columnsTitle}</StepHeading>
        <p class="import-file-name">{upload.fileName}</p>
      </div>
      {upload.message !== null && <Notice tone="warning">{messageIn(upload.message, language)}</Notice>}
      {failure && (
        <>
          {failure.code === 'BAD_USER_INPUT' ? (
            <Notice tone="bad">
              <p>
                <strong>{texts.refusedTitle}</strong>
              </p>
              <p>{messageIn(failure.message, language)}</p>
            </Notice>
          ) : (
            <ErrorState error={failure} title={texts.actionFailed} retry={load} />
          )}
          <div>
            <Button kind="primary" onClick={restart}>
              {texts.otherFileButton}
            </Button>
          </div>
        </>
      )}
      {!preview && !failure && <Skeleton lines={6} />}
      {preview && (
        <>
          <SheetChoice preview={preview} onChoose={(sheet) => go({ sheet }, { replaces: true })} />
          <Columns key={preview.sheet} {...props} preview={preview} />
        </>
      )}
    </section>
  );
}

function usePreview(api: StepProps['work']['api'], path: string, sheet: string | null) {
  const preview = useSignal<Preview | null>(null);
  const failure = useSignal<GraphError | null>(null);
  const load = (): void => {
    failure.value = null;
    api.preview(path, sheet).then(
      (loaded) => {
        preview.value = loaded;
      },
      (error: GraphError) => {
        preview.value = null;
        failure.value = error;
      },
    );
  };
  useEffect(load, [api, path, sheet]);
  return { preview: preview.value, failure: failure.value, load };
}

function SheetChoice({ preview, onChoose }: { preview: Preview; onChoose: (sheet: string) => void }) {
  const texts = useTexts(importTexts);
  const inLanguage = useLanguage();
  const { sheet, sheets, headerLine, notes } = preview;
  return (
    <>
      {sheets.length > 1 && (
        <div class="import-narrow">
          <Select
            label={texts.sheet}
            value={sheet ?? ''}
            options={sheets.map(({ name, isHidden }) => ({
              value: name,
              label: isHidden ? texts.hiddenSheet(name) : name,
            }))}
            onChange={onChoose}
          />
        </div>
      )}
      <Notice>
        <p>
          {texts.headerFound(headerLine)} {texts.passedOver}
        </p>
        {notes.map((note) => (
          <p key={note.en}>{inLanguage(note)}</p>
        ))}
      </Notice>
    </>
  );
}

function Columns({
  work,
  definition,
  address,
  go,
  restart,
  upload,
  preview,
}: StepProps & { upload: Upload; preview: Preview }) {
  const texts = useTexts(importTexts);
  const { changes, change } = useChanges(upload.id);
  const tries = useSignal(0);
  const mapped = mappedColumns(preview, changes);
  const { missing, duplicate } = mappingFaults(definition, mapped);
  const check = (): void => {
    // Said again to screen readers each time.
    tries.value += 1;
    if (missing.length + duplicate.length > 0) return;
    const own = Object.entries(changes).filter(([title]) => mapped.some((column) => column.title === title));
    go({ isMapping: false }, { replaces: true });
    void work.run({ dryRun: true, skipBad: true, sheet: address.sheet, mapping: Object.fromEntries(own) });
  };
  return (
    <>
      <p class="muted">{texts.columnsHint}</p>
      <ColumnMapping definition={definition} mapped={mapped} duplicate={duplicate} onChange={change} />
      <MappingFaultNotices key={tries.value} missing={missing} duplicate={duplicate} />
      <div class="row">
        <Button kind="primary" isBusy={work.isBusy.value} onClick={check}>
          {texts.check}
        </Button>
        <Button isBusy={work.isBusy.value} onClick={restart}>
          {texts.otherFileButton}
        </Button>
        <span class="muted">{texts.checkHint}</span>
      </div>
      <FirstRows preview={preview} mapped={mapped} />
    </>
  );
}

interface FaultNoticesProps {
  missing: readonly ImportColumn[];
  duplicate: readonly ImportColumn[];
}

function MappingFaultNotices({ missing, duplicate }: FaultNoticesProps) {
  const texts = useTexts(importTexts);
  const { language } = usePage();
  const names = (columns: readonly ImportColumn[]): string =>
    columns.map((column) => columnLabel(column, language)).join(language === 'en' ? ', ' : '、');
  return (
    <>
      {missing.length > 0 && <Notice tone="bad">{texts.missing(names(missing))}</Notice>}
      {duplicate.length > 0 && <Notice tone="bad">{texts.duplicate(names(duplicate))}</Notice>}
    </>
  );
}
