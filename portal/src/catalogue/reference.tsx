// The pages beside those of types: error codes, scopes with their roles, and kept operations.
import { Table } from '../design/data/table.tsx';
import { useLanguage, useTexts } from '../page/page-context.ts';
import { catalogueTexts } from '../texts/catalogue.ts';
import type { ErrorEntry, KeptOperation, MaskEntry, ScopeEntry } from './catalogue.ts';
import { Operation } from './type/type-page.tsx';
import { CoordinateLinks } from './type/type-parts.tsx';
import type { View, ViewNamed } from './view.ts';

export function Breadcrumb({ view }: { view: View }) {
  const texts = useTexts(catalogueTexts);
  const names: Readonly<Record<string, string>> = {
    'error-codes': texts.errorCodes,
    scopes: texts.scopes,
    operations: texts.operations,
  };
  return (
    <nav class="breadcrumb" aria-label={texts.path}>
      <a href="/catalogue">{texts.catalogue}</a>
      <span aria-hidden="true">›</span>
      <span aria-current="page">
        {view.name === 'type' ? <code>{view.type.name}</code> : names[view.name]}
      </span>
    </nav>
  );
}

export function ErrorCodes({ errors }: { errors: readonly ErrorEntry[] }) {
  const texts = useTexts(catalogueTexts);
  const inLanguage = useLanguage();
  return (
    <section class="stack-tight">
      <h2>{texts.errorCodes}</h2>
      <p class="muted">{texts.errorsSummary}</p>
      <Table
        caption={texts.errorCodes}
        hidesCaption
        rows={errors}
        keyOf={({ code }) => code}
        columns={[
          {
            name: 'code',
            heading: texts.code,
            isRowHeading: true,
            sortKey: ({ code }) => code,
            cell: ({ code }) => (
              <code id={code} class="anchor">
                {code}
              </code>
            ),
          },
          {
            name: 'status',
            heading: texts.status,
            align: 'end',
            sortKey: ({ httpStatus }) => httpStatus,
            cell: ({ httpStatus }) => httpStatus ?? <span class="muted">400 · 200</span>,
          },
          {
            name: 'meaning',
            heading: texts.meaning,
            cell: ({ meaning }) => <Inline text={inLanguage(meaning)} />,
          },
          {
            name: 'action',
            heading: texts.action,
            cell: ({ action }) => <Inline text={inLanguage(action)} />,
          },
        ]}
      />
    </section>
  );
}

/** Text with names in backticks. */
const Inline = ({ text }: { text: string }) => (
  <>{text.split('`').map((part, index) => (index % 2 ? <code key={part}>{part}</code> : part))}</>
);

export function Scopes({ view: { scopes, masks } }: { view: ViewNamed<'scopes'> }) {
  const texts = useTexts(catalogueTexts);
  return (
    <>
      <section class="stack-tight">
        <h2>{texts.scopes}</h2>
        <p class="muted">{texts.scopesSummary}</p>
        <ScopeTable scopes={scopes} />
      </section>
      <Masks masks={masks} />
    </>
  );
}

function ScopeTable({ scopes }: { scopes: readonly ScopeEntry[] }) {
  const texts = useTexts(catalogueTexts);
  const inLanguage = useLanguage();
  return (
    <Table
      caption={texts.scopes}
      hidesCaption
      rows={scopes}
      keyOf={({ scope }) => scope}
      columns={[
        {
          name: 'scope',
          heading: texts.scope,
          isRowHeading: true,
          sortKey: ({ scope }) => scope,
          cell: ({ scope }) => (
            <code id={scope} class="anchor">
              {scope}
            </code>
          ),
        },
        { name: 'allows', heading: texts.allows, cell: ({ description }) => inLanguage(description) },
        {
          name: 'roles',
          heading: texts.roles,
          cell: ({ roles, isOwners }) =>
            [...roles, ...(isOwners ? [texts.own] : [])].join(', ') || (
              <span class="muted">{texts.rolesWithout}</span>
            ),
        },
        {
          name: 'purposes',
          heading: texts.purposes,
          cell: ({ purposes }) => <span class="code-list">{purposes.join(', ') || texts.nothing}</span>,
        },
        {
          name: 'required',
          heading: texts.requiredBy,
          align: 'end',
          sortKey: ({ requiredBy }) => requiredBy.length,
          cell: ({ requiredBy }) =>
            requiredBy.length === 0 ? (
              <span class="muted">0</span>
            ) : (
              <details class="arguments">
                <summary>{texts.places(requiredBy.length)}</summary>
                <CoordinateLinks coordinates={requiredBy} />
              </details>
            ),
        },
      ]}
    />
  );
}

function Masks({ masks }: { masks: readonly MaskEntry[] }) {
  const texts = useTexts(catalogueTexts);
  const inLanguage = useLanguage();
  return (
    <section class="stack-tight">
      <h2>{texts.masksTitle}</h2>
      <Table
        caption={texts.masksTitle}
        hidesCaption
        rows={masks}
        keyOf={({ mask }) => mask}
        columns={[
          { name: 'mask', heading: texts.mask, isRowHeading: true, cell: ({ mask }) => <code>{mask}</code> },
          {
            name: 'description',
            heading: texts.description,
            cell: ({ description }) => inLanguage(description),
          },
          { name: 'full', heading: texts.full, cell: ({ before }) => before ?? '—' },
          { name: 'masked', heading: texts.masked, cell: ({ after }) => <code>{after ?? 'null'}</code> },
        ]}
      />
    </section>
  );
}

export function Operations({ operations }: { operations: readonly KeptOperation[] }) {
  const texts = useTexts(catalogueTexts);
  return (
    <section class="stack-tight">
      <h2>{texts.operations}</h2>
      <p class="muted">{texts.operationsSummary}</p>
      {operations.map((operation) => (
        <Operation key={operation.name} operation={operation} />
      ))}
    </section>
  );
}
