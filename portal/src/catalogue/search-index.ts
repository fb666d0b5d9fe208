// Loads the search index when somebody searches, once for a page.
import { searchIndexPath } from 'virtual:data-files';
import type { SearchIndex } from './search.ts';

let loading: Promise<SearchIndex> | null = null;

/** A failed attempt is repeated at the next search. */
export function loadSearchIndex(): Promise<SearchIndex> {
  loading ??= fetch(searchIndexPath).then((response) => {
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response.json() as Promise<SearchIndex>;
  });
  loading.catch(() => {
    loading = null;
  });
  return loading;
}
