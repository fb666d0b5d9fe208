// Search as one types. Without JavaScript it is a form, and the gateway searches.

import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { EmptyState, Notice } from '../design/feedback/states.tsx';
import { Icon } from '../design/layout/icons.tsx';
import { useLanguage, usePage, useTexts } from '../page/page-context.ts';
import { bureaus, catalogueTexts, kinds } from '../texts/catalogue.ts';
import { KindBadge, Owner } from './owner.tsx';
import { addressOf, type EntryKind, type Found, search } from './search.ts';
import { loadSearchIndex } from './search-index.ts';
import { resultsAtFirst, type Searched } from './view.ts';

interface SearchPanelProps {
  first: Searched | null;
  owners: readonly string[];
  onSearch: (isSearched: boolean) => void;
}

const filterable: readonly EntryKind[] = [
  'ENTITY',
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'OBJECT',
  'FIELD',
  'INPUT',
  'ENUM',
  'VALUE',
  'INTERFACE',
  'UNION',
  'SCALAR',
  'ERROR',
];

export function SearchPanel({ first, owners, onSearch }: SearchPanelProps) {
  const texts = useTexts(catalogueTexts);
  const form = useRef<HTMLFormElement>(null);
  const searched = useSignal(first);
  const hasFailed = useSignal(false);
  const update = async (): Promise<void> => {
    const wanted = wantedIn(form.current);
    keepInAddress(wanted);
    onSearch(wanted !== null);
    if (!wanted) {
      searched.value = null;
      return;
    }
    try {
      const index = await loadSearchIndex();
      hasFailed.value = false;
      // Something else may have been typed while the index was loaded.
      if (JSON.stringify(wantedIn(form.current)) !== JSON.stringify(wanted)) return;
      const found = search(index, wanted.text, wanted.filter);
      searched.value = { ...wanted, found, count: found.length };
    } catch {
      hasFailed.value = true;
    }
  };
  useSearchKey(form);
  return (
    <search class="catalogue-search">
      <SearchForm form={form} first={first} owners={owners} onInput={update} />
      {hasFailed.value && <Notice tone="bad">{texts.indexFailed}</Notice>}
      <p class="visually-hidden" role="status">
        {searched.value ? texts.resultCount(searched.value.count) : ''}
      </p>
      {searched.value && <Results key={keyOf(searched.value)} searched={searched.value} />}
    </search>
  );
}

interface SearchFormProps extends Pick<SearchPanelProps, 'first' | 'owners'> {
  form: RefObject<HTMLFormElement | null>;
  onInput: () => void;
}

function SearchForm({ form, first, owners, onInput }: SearchFormProps) {
  const texts = useTexts(catalogueTexts);
  return (
    <form
      ref={form}
      action="/catalogue"
      onInput={onInput}
      onFocusIn={() => void loadSearchIndex().catch(() => {})}
      onSubmit={(event) => {
        event.preventDefault();
        document.querySelector<HTMLAnchorElement>('.results a')?.click();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' || !(event.target instanceof HTMLInputElement)) return;
        event.preventDefault();
        document.querySelector<HTMLAnchorElement>('.results a')?.focus();
      }}
    >
      <label class="search-field">
        <span class="visually-hidden">{texts.searchLabel}</span>
        <Icon name="search" />
        <input
          class="input"
          type="search"
          name="q"
          // Not `value`: what is typed would be replaced when the results are shown.
          defaultValue={first?.text ?? ''}
          placeholder={texts.searchHint}
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <Filters first={first} owners={owners} />
      <noscript>
        <button class="button" type="submit">
          {texts.search}
        </button>
      </noscript>
    </form>
  );
}

function Filters({ first, owners }: Pick<SearchPanelProps, 'first' | 'owners'>) {
  const texts = useTexts(catalogueTexts);
  const inLanguage = useLanguage();
  return (
    <>
      <select class="input" name="owner" aria-label={texts.owner}>
        <option value="">{texts.allOwners}</option>
        {owners.map((owner) => (
          <option key={owner} value={owner} selected={first?.filter.owner === owner}>
            {inLanguage(bureaus[owner] ?? { zh: owner, en: owner })}
          </option>
        ))}
      </select>
      <select class="input" name="kind" aria-label={texts.kind}>
        <option value="">{texts.allKinds}</option>
        {filterable.map((kind) => (
          <option key={kind} value={kind} selected={first?.filter.kind === kind}>
            {inLanguage(kinds[kind])}
          </option>
        ))}
      </select>
    </>
  );
}

const keyOf = ({ text, filter }: Searched): string => `${text} ${filter.owner} ${filter.kind}`;

type Wanted = Pick<Searched, 'text' | 'filter'>;

function wantedIn(form: HTMLFormElement | null): Wanted | null {
  if (!form) return null;
  const data = new FormData(form);
  const read = (name: string): string => String(data.get(name) ?? '').trim();
  const wanted = { text: read('q'), filter: { owner: read('owner'), kind: read('kind') } };
  return wanted.text || wanted.filter.owner || wanted.filter.kind ? wanted : null;
}

/** Every search is a link. */
function keepInAddress(wanted: Wanted | null): void {
  const here = new URL(location.href);
  const values = { q: wanted?.text, owner: wanted?.filter.owner, kind: wanted?.filter.kind };
  for (const [name, value] of Object.entries(values))
    if (value) here.searchParams.set(name, value);
    else here.searchParams.delete(name);
  history.replaceState(null, '', here);
}

/** `/` goes to the search, as on many sites. */
function useSearchKey(form: { current: HTMLFormElement | null }): void {
  useEffect(() => {
    const focusSearch = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, select, textarea');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      form.current?.querySelector('input')?.focus();
    };
    document.addEventListener('keydown', focusSearch);
    return () => document.removeEventListener('keydown', focusSearch);
  }, [form]);
}

function Results({ searched: { found, count } }: { searched: Searched }) {
  const texts = useTexts(catalogueTexts);
  const shown = useSignal(resultsAtFirst);
  if (count === 0) return <EmptyState title={texts.nothingFound}>{texts.nothingFoundHint}</EmptyState>;
  const visible = found.slice(0, shown.value);
  return (
    <section class="stack-tight" aria-label={texts.results}>
      <p class="muted number">{texts.resultCount(count)}</p>
      <ol class="results" onKeyDown={moveFocus}>
        {visible.map((each) => (
          <Result key={each.entry.at} found={each} />
        ))}
      </ol>
      {found.length > visible.length && (
        <div>
          <Button
            onClick={() => {
              shown.value += 100;
            }}
          >
            {texts.showMore(Math.min(100, found.length - visible.length))}
          </Button>
        </div>
      )}
    </section>
  );
}

function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.results a')];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  const next = links[at + step];
  if (next) next.focus();
  else if (step < 0) document.querySelector<HTMLInputElement>('.search-field input')?.focus();
}

function Result({ found: { entry, alsoOn } }: { found: Found }) {
  const texts = useTexts(catalogueTexts);
  const { language } = usePage();
  const description = language === 'en' ? entry.en : entry.zh;
  return (
    <li>
      <a class="result" href={addressOf(entry)}>
        <span class="result-head">
          <code class="result-name" translate={false}>
            {entry.at}
          </code>
          <KindBadge kind={entry.kind} />
          {entry.owner && <Owner owner={entry.owner} />}
          {entry.isDeprecated && <span class="kind-badge">{texts.deprecated}</span>}
        </span>
        <span class="result-text">{description}</span>
        {alsoOn.length > 0 && (
          <span class="muted">{texts.alsoOn([...new Set(alsoOn)].slice(0, 6).join(', '))}</span>
        )}
      </a>
    </li>
  );
}
