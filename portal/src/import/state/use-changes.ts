// What the clerk has changed about the columns of a file, kept for the tab until the file is run.
import { useSignal } from '@preact/signals';
import type { Mapping } from '../api/types.ts';

const keyOf = (id: string): string => `district-graph.columns.${id}`;

export function useChanges(id: string) {
  const changes = useSignal<Mapping>(JSON.parse(sessionStorage.getItem(keyOf(id)) ?? '{}') as Mapping);
  const keep = (value: Mapping): void => {
    changes.value = value;
    sessionStorage.setItem(keyOf(id), JSON.stringify(value));
  };
  return {
    changes: changes.value,
    change: (title: string, column: string | null) => keep({ ...changes.value, [title]: column }),
  };
}
