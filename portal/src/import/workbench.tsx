// What the viewer may import, and the import that the address names.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ErrorState, Notice, Skeleton } from '../design/feedback/states.tsx';
import type { GraphError } from '../graph/graph-error.ts';
import { useTexts } from '../page/page-context.ts';
import type { Session } from '../session/session.ts';
import { importTexts } from '../texts/import.ts';
import { ImportsApi } from './api/imports-api.ts';
import type { ImportList } from './api/types.ts';
import { ImportSteps } from './import-steps.tsx';
import { SignInNeeded } from './sign-in-needed.tsx';
import { useAddress } from './state/use-address.ts';
import { ChooseImport } from './steps/choose-import.tsx';
import { StepsList } from './steps-list.tsx';

export function Workbench({ viewer }: { viewer: Session }) {
  const texts = useTexts(importTexts);
  const api = useMemo(() => new ImportsApi(viewer.token), [viewer.token]);
  const { list, failure, load } = useList(api);
  const { address, go } = useAddress();
  if (failure?.code === 'UNAUTHENTICATED')
    return (
      <SignInNeeded>
        <Notice tone="warning">{texts.expired}</Notice>
      </SignInNeeded>
    );
  if (failure) return <ErrorState error={failure} retry={load} />;
  if (!list) return <Skeleton lines={6} />;
  if (list.imports.length + list.unavailable.length === 0)
    return (
      <SignInNeeded>
        <Notice tone="warning">{texts.nothingAllowed(viewer.name)}</Notice>
      </SignInNeeded>
    );
  const { name } = address.value;
  const definition = list.imports.find((each) => each.name === name);
  if (definition && list.limits)
    return (
      <ImportSteps
        key={definition.name}
        api={api}
        definition={definition}
        limits={list.limits}
        address={address}
        go={go}
      />
    );
  return (
    <>
      <StepsList current="stepChoose" />
      {name !== null && <Notice tone="warning">{texts.notListed}</Notice>}
      <ChooseImport list={list} onChoose={(chosen) => go({ name: chosen, id: null, sheet: null })} />
    </>
  );
}

function useList(api: ImportsApi) {
  const list = useSignal<ImportList | null>(null);
  const failure = useSignal<GraphError | null>(null);
  const load = (): void => {
    failure.value = null;
    api.list().then(
      (loaded) => {
        list.value = loaded;
      },
      (error: GraphError) => {
        failure.value = error;
      },
    );
  };
  useEffect(load, [api]);
  return { list: list.value, failure: failure.value, load };
}
