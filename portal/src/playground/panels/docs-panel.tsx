// The documentation of the graph: the search of the catalogue, in both languages.
import { useSignal } from '@preact/signals';
import { KindBadge } from '../../catalogue/owner.tsx';
import { addressOf, type Found, search } from '../../catalogue/search.ts';
import { loadSearchIndex } from '../../catalogue/search-index.ts';
import { TextField } from '../../design/controls/field.tsx';
import { usePage, useTexts } from '../../page/page-context.ts';
import { catalogueTexts } from '../../texts/catalogue.ts';
import { playgroundTexts } from '../../texts/playground.ts';

const maxResults = 30;

export function DocsPanel() {
  const texts = useTexts(playgroundTexts);
  const ofCatalogue = useTexts(catalogueTexts);
  const { language } = usePage();
  const found = useSignal<readonly Found[] | null>(null);
  const hasFailed = useSignal(false);
  const update = async (text: string): Promise<void> => {
    try {
      found.value = text.trim() ? search(await loadSearchIndex(), text).slice(0, maxResults) : null;
      hasFailed.value = false;
    } catch {
      hasFailed.value = true;
    }
  };
  return (
    <div class="stack-tight">
      <TextField
        label={texts.docsLabel}
        type="search"
        placeholder={texts.docsHint}
        autocomplete="off"
        onInput={update}
      />
      {hasFailed.value && <p>{ofCatalogue.indexFailed}</p>}
      {!found.value && <p class="muted">{texts.docsStart}</p>}
      {found.value?.length === 0 && <p class="muted">{ofCatalogue.nothingFound}</p>}
      <ul class="tool-list">
        {found.value?.map(({ entry }) => (
          <li key={entry.at}>
            <a class="tool-item" href={addressOf(entry)} target="_blank" rel="noopener">
              <span class="row">
                <code translate={false}>{entry.at}</code>
                <KindBadge kind={entry.kind} />
              </span>
              <span class="muted">{language === 'en' ? entry.en : entry.zh}</span>
              <span class="visually-hidden">{texts.inNewTab}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
