// The shown part of the programme: loaded when another is chosen, and when the browser goes back.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { announce } from '../design/feedback/toasts.tsx';
import { GraphError } from '../graph/graph-error.ts';
import { request } from '../graph/request.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { programmeTexts } from '../texts/programme.ts';
import {
  addressOf,
  type ProgrammeAnswer,
  type ProgrammeData,
  programmeQuery,
  type View,
  variablesOf,
  viewOf,
} from './view.ts';

export function useProgramme(data: ProgrammeData) {
  const texts = useTexts(programmeTexts);
  const { today } = usePage();
  const view = useSignal(data.view);
  const answer = useSignal(data.answer);
  const error = useSignal(
    data.error && new GraphError(data.error.message, data.error.code, data.error.traceId),
  );
  const isLoading = useSignal(false);

  const load = async (next: View): Promise<void> => {
    view.value = next;
    isLoading.value = true;
    try {
      const { data: loaded, errors } = await request<ProgrammeAnswer>(programmeQuery, variablesOf(next));
      // Another view may have been chosen meanwhile.
      if (view.value !== next) return;
      answer.value = loaded;
      error.value = loaded?.sessions ? null : (errors[0] ?? null);
      announce(texts.found(String(loaded?.sessions?.nodes.length ?? 0)));
    } catch (failure) {
      error.value = failure as GraphError;
    } finally {
      isLoading.value = false;
    }
  };
  const show = (next: View): void => {
    history.pushState(null, '', addressOf(next));
    void load(next);
  };
  useEffect(() => {
    const restore = () => void load(viewOf(Object.fromEntries(new URLSearchParams(location.search)), today));
    addEventListener('popstate', restore);
    return () => removeEventListener('popstate', restore);
  }, [today]);
  const reload = (): void => void load({ ...view.value });
  return { view, answer, error, isLoading, show, reload };
}
