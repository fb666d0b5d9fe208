// Search as you type. The index is loaded when the field is first used; without JavaScript the form asks the gateway.
import { useSignal } from '@preact/signals';
import type { Section } from '../../build/render-document.ts';
import { Button } from '../design/controls/button.tsx';
import { TextField } from '../design/controls/field.tsx';
import { fullNumber } from '../design/format/numbers.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { docsTexts } from '../texts/docs.ts';
import { loadSections } from './load-sections.ts';
import { type Hit, search } from './search.ts';

interface DocumentSearchProps {
  query: string;
  hits: readonly Hit[] | null;
}

export function DocumentSearch({ query: firstQuery, hits: firstHits }: DocumentSearchProps) {
  const texts = useTexts(docsTexts);
  const { language } = usePage();
  const query = useSignal(firstQuery);
  const hits = useSignal(firstHits);
  const sections = useSignal<readonly Section[] | null>(null);
  const find = async (text: string): Promise<void> => {
    query.value = text;
    sections.value ??= (await loadSections(language)).sections;
    if (query.value === text) hits.value = text.trim() ? search(sections.value, text) : null;
  };
  return (
    <search class="docs-search">
      <form
        class="docs-search-form"
        action="/docs"
        onSubmit={(event) => {
          event.preventDefault();
          void find(query.value);
        }}
      >
        <TextField
          label={texts.searchLabel}
          name="q"
          type="search"
          autocomplete="off"
          placeholder={texts.searchPlaceholder}
          value={query.value}
          onInput={find}
        />
        <Button type="submit">{texts.search}</Button>
      </form>
      <p class="muted" role="status">
        {hits.value &&
          (hits.value.length ? texts.results(fullNumber(hits.value.length, language)) : texts.noResults)}
      </p>
      {hits.value && hits.value.length > 0 && (
        <ul class="docs-hits">
          {hits.value.map(({ address, title, heading, before, match, after }) => (
            <li key={address}>
              <a href={address}>{title === heading ? title : `${title} › ${heading}`}</a>
              <p class="muted">
                {before}
                <mark>{match}</mark>
                {after}
              </p>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}
