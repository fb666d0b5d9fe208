// The first view of the catalogue: ways in, the picture of entities, and what each bureau offers.
import { Table } from '../design/data/table.tsx';
import { useTexts } from '../page/page-context.ts';
import { catalogueTexts } from '../texts/catalogue.ts';
import { EntityMap } from './entities/entity-map.tsx';
import { Owner } from './owner.tsx';
import type { Counts, OwnerSummary, ViewNamed } from './view.ts';

export function Overview({ view: { owners, counts, entities } }: { view: ViewNamed<'overview'> }) {
  return (
    <>
      <Ways counts={counts} />
      <EntityMap entities={entities} owners={owners.map(({ owner }) => owner)} />
      <OwnersTable owners={owners} />
    </>
  );
}

function Ways({ counts }: { counts: Counts }) {
  const texts = useTexts(catalogueTexts);
  const ways = [
    { path: 'Query', label: texts.queries, hint: texts.queriesHint, count: counts.queries },
    { path: 'Mutation', label: texts.mutations, hint: texts.mutationsHint, count: counts.mutations },
    {
      path: 'Subscription',
      label: texts.subscriptions,
      hint: texts.subscriptionsHint,
      count: counts.subscriptions,
    },
    { path: 'scopes', label: texts.scopes, hint: texts.scopesHint, count: counts.scopes },
    { path: 'error-codes', label: texts.errorCodes, hint: texts.errorCodesHint, count: counts.errors },
    { path: 'operations', label: texts.operations, hint: texts.operationsHint, count: counts.operations },
  ];
  return (
    <section class="stack-tight" aria-labelledby="ways-title">
      <h2 id="ways-title">{texts.startHere}</h2>
      <ul class="ways">
        {ways.map(({ path, label, hint, count }) => (
          <li key={path}>
            <a class="way" href={`/catalogue/${path}`}>
              <span class="way-count number">{count}</span>
              <span class="way-label">{label}</span>
              <span class="muted">{hint}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function OwnersTable({ owners }: { owners: readonly OwnerSummary[] }) {
  const texts = useTexts(catalogueTexts);
  return (
    <section class="stack-tight">
      <h2>{texts.byOwner}</h2>
      <Table
        caption={texts.byOwner}
        hidesCaption
        rows={owners}
        keyOf={({ owner }) => owner}
        columns={[
          {
            name: 'owner',
            heading: texts.owner,
            isRowHeading: true,
            cell: ({ owner }) => (
              <a href={`/catalogue?owner=${owner}`}>
                <Owner owner={owner} />
              </a>
            ),
          },
          {
            name: 'entities',
            heading: texts.entities,
            align: 'end',
            cell: (row) => row.entities,
            sortKey: (row) => row.entities,
          },
          {
            name: 'types',
            heading: texts.types,
            align: 'end',
            cell: (row) => row.types,
            sortKey: (row) => row.types,
          },
          {
            name: 'fields',
            heading: texts.fields,
            align: 'end',
            cell: (row) => row.fields,
            sortKey: (row) => row.fields,
          },
        ]}
      />
    </section>
  );
}
