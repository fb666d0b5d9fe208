// The steps of one import, from its file to its result: what is shown follows from what the gateway knows of the upload.
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../design/feedback/states.tsx';
import { useTexts } from '../page/page-context.ts';
import { importTexts } from '../texts/import.ts';
import { ImportFailure, type ImportsApi } from './api/imports-api.ts';
import type { ImportDefinition, Upload } from './api/types.ts';
import type { ImportAddress } from './state/address.ts';
import { ImportWork } from './state/import-work.ts';
import type { Go } from './state/use-address.ts';
import { ColumnsStep } from './steps/columns-step.tsx';
import { FileStep } from './steps/file-step.tsx';
import { ReportStep } from './steps/report-step.tsx';
import { ResultStep } from './steps/result-step.tsx';
import { RunningStep } from './steps/running-step.tsx';
import type { StepProps } from './steps/step-props.ts';
import { type Step, StepsList } from './steps-list.tsx';

interface ImportStepsProps {
  api: ImportsApi;
  definition: ImportDefinition;
  limits: { bytes: number; chunkBytes: number };
  address: ReadonlySignal<ImportAddress>;
  go: Go;
}

export function ImportSteps({ api, definition, limits, address, go }: ImportStepsProps) {
  const work = useMemo(() => {
    const onUpload = (id: string) => go({ id, sheet: null, isMapping: false }, { replaces: true });
    return new ImportWork({ api, definition, limits, onUpload });
  }, [api, definition, limits, go]);
  useEffect(() => () => work.close(), [work]);
  const { id, isMapping } = address.value;
  useEffect(() => work.follow(id), [work, id]);
  const restart = async (): Promise<void> => {
    if (work.upload.value?.state === 'IMPORTED' || (await work.remove())) {
      go({ id: null, sheet: null, isMapping: false });
      work.follow(null);
    }
  };
  const upload = work.upload.value;
  const step = stepOf(upload, isMapping, work.isDryRun.value);
  const props = { work, definition, address: address.value, go, restart };
  return (
    <>
      <StepsList current={step} />
      <Announcement work={work} />
      <Failure work={work} go={go} />
      {upload === null && id !== null && !work.failure.value && <Skeleton lines={6} />}
      {!isGone(work) && (upload !== null || id === null) && (
        <CurrentStep step={step} upload={upload} limits={limits} {...props} />
      )}
    </>
  );
}

/** Whether the gateway has no such upload any more. */
const isGone = ({ failure: { value: failure } }: ImportWork): boolean =>
  failure instanceof ImportFailure && failure.status === 404;

function stepOf(upload: Upload | null, isMapping: boolean, isDryRun: boolean | null): Step {
  if (upload === null || upload.state === 'UPLOADING') return 'stepFile';
  if (upload.state === 'IMPORTED') return 'stepImport';
  if (upload.state === 'RUNNING') return isDryRun === false ? 'stepImport' : 'stepCheck';
  return upload.state === 'UPLOADED' || isMapping ? 'stepColumns' : 'stepCheck';
}

interface CurrentStepProps extends StepProps {
  step: Step;
  upload: Upload | null;
  limits: { bytes: number };
}

function CurrentStep({ step, upload, limits, ...props }: CurrentStepProps) {
  if (upload === null || step === 'stepFile') return <FileStep {...props} maxBytes={limits.bytes} />;
  if (upload.state === 'RUNNING') return <RunningStep {...props} upload={upload} />;
  if (upload.state === 'IMPORTED') return <ResultStep {...props} upload={upload} />;
  if (step === 'stepColumns') return <ColumnsStep {...props} upload={upload} />;
  return <ReportStep {...props} upload={upload} />;
}

/** Says once what has changed, for screen readers: figures of progress are read on demand. */
function Announcement({ work }: { work: ImportWork }) {
  const texts = useTexts(importTexts);
  const upload = work.upload.value;
  const textFor = (): string => {
    if (work.isWaiting.value) return texts.waiting;
    if (work.isSending.value) return texts.sending(upload?.fileName ?? '');
    if (upload?.state === 'UPLOADED') return texts.uploaded(upload.fileName);
    if (upload?.state === 'RUNNING') return texts.working;
    if (!upload?.result) return '';
    const { created, updated, unchanged, rejected } = upload.result;
    return texts.summary(created, updated, unchanged, rejected);
  };
  return (
    <div class="visually-hidden" role="status">
      {textFor()}
    </div>
  );
}

const fileFaults = {
  OTHER_FILE: 'otherFile',
  FILE_EMPTY: 'fileEmpty',
  FILE_TOO_LARGE: 'fileTooLarge',
  FILE_CHANGED: 'fileChanged',
} as const;

/** Why the last action did not work. Files that are not sent are explained where they are chosen. */
function Failure({ work, go }: { work: ImportWork; go: Go }) {
  const texts = useTexts(importTexts);
  const failure = work.failure.value;
  if (!failure) return null;
  if (isGone(work))
    return (
      <EmptyState title={texts.gone}>
        <Button
          kind="primary"
          onClick={() => {
            go({ id: null, sheet: null, isMapping: false });
            work.follow(null);
          }}
        >
          {texts.restart}
        </Button>
      </EmptyState>
    );
  const own = fileFaults[failure.code as keyof typeof fileFaults];
  if (own)
    return (
      <EmptyState title={texts.actionFailed}>
        <p role="alert">{texts[own]}</p>
      </EmptyState>
    );
  const { id } = work.upload.value ?? {};
  const retry = id === undefined ? undefined : () => void work.open(id);
  return <ErrorState error={failure} title={texts.actionFailed} retry={retry} />;
}
