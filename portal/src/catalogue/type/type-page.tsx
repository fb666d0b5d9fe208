// The page of one type.
import { LinkButton } from '../../design/controls/button.tsx';
import { Code } from '../../design/data/code.tsx';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { catalogueTexts } from '../../texts/catalogue.ts';
import type { CatalogueType, CatalogueValue, KeptOperation } from '../catalogue.ts';
import { KindBadge, Owners } from '../owner.tsx';
import type { ViewNamed } from '../view.ts';
import { Access } from './access.tsx';
import { Deprecated, Fields } from './fields.tsx';
import { CoordinateLinks, MoreLink, Since, TypeLinks } from './type-parts.tsx';

export function TypePage({ view: { type, operations, scopes, masks } }: { view: ViewNamed<'type'> }) {
  const texts = useTexts(catalogueTexts);
  const memberTitle = type.kind === 'UNION' ? texts.members : texts.implementations;
  return (
    <>
      <Head type={type} />
      {type.access && (
        <section class="panel access-panel" aria-labelledby="access-title">
          <h2 id="access-title">{texts.accessTitle}</h2>
          <Access rule={type.access} scopes={scopes} masks={masks} />
        </section>
      )}
      <Names title={texts.interfaces} names={type.interfaces} />
      <Names title={memberTitle} names={type.possibleTypes} />
      {type.fields.length > 0 && <Fields type={type} scopes={scopes} masks={masks} />}
      {type.fields.some(({ cost }) => cost !== null) && (
        <p class="muted">
          {texts.costHint} <a href="/docs/limits">{texts.toLimits}</a>
        </p>
      )}
      {type.values.length > 0 && <Values values={type.values} />}
      {type.usedIn.length > 0 && (
        <section class="stack-tight" aria-labelledby="used-in-title">
          <h2 id="used-in-title">
            {texts.usedIn} <span class="muted number">{type.usedIn.length}</span>
          </h2>
          <Folded coordinates={type.usedIn} />
        </section>
      )}
      <Uses operations={operations} />
    </>
  );
}

function Head({ type }: { type: CatalogueType }) {
  const texts = useTexts(catalogueTexts);
  const inLanguage = useLanguage();
  return (
    <div class="stack-tight">
      <div class="type-head">
        <h2 class="type-title" translate={false}>
          {type.name}
        </h2>
        <KindBadge kind={type.keys.length ? 'ENTITY' : type.kind} />
        <Owners owners={type.owners} />
      </div>
      <p class="type-description">{inLanguage(type.description)}</p>
      <dl class="facts">
        {type.keys.length > 0 && (
          <div>
            <dt>{texts.keys}</dt>
            <dd>
              <code>{type.keys.join(' · ')}</code>
            </dd>
          </div>
        )}
        <div>
          <dt>{texts.since}</dt>
          <dd>
            <Since version={type.since} />
          </dd>
        </div>
        {type.contributors.length > 0 && (
          <div>
            <dt>{texts.contributors}</dt>
            <dd>
              <Owners owners={type.contributors} />
            </dd>
          </div>
        )}
      </dl>
    </div>
  );
}

function Names({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <section class="stack-tight">
      <h2>{title}</h2>
      <TypeLinks names={names} />
    </section>
  );
}

const linksAtFirst = 16;

function Folded({ coordinates }: { coordinates: readonly string[] }) {
  const texts = useTexts(catalogueTexts);
  const rest = coordinates.slice(linksAtFirst);
  return (
    <>
      <CoordinateLinks coordinates={coordinates.slice(0, linksAtFirst)} />
      {rest.length > 0 && (
        <details class="arguments">
          <summary>{texts.showMore(rest.length)}</summary>
          <CoordinateLinks coordinates={rest} />
        </details>
      )}
    </>
  );
}

function Values({ values }: { values: readonly CatalogueValue[] }) {
  const texts = useTexts(catalogueTexts);
  const inLanguage = useLanguage();
  return (
    <section class="stack-tight" aria-labelledby="values-title">
      <h2 id="values-title">
        {texts.values} <span class="muted number">{values.length}</span>
      </h2>
      <table class="table fields-table">
        <thead>
          <tr>
            <th scope="col">{texts.value}</th>
            <th scope="col">{texts.description}</th>
            <th scope="col">{texts.since}</th>
            <th scope="col">{texts.usedBy}</th>
          </tr>
        </thead>
        <tbody>
          {values.map((value) => (
            <tr key={value.name} id={value.name} class="field-row">
              <th scope="row">
                <code class="field-name">{value.name}</code>
              </th>
              <td data-label={texts.description}>
                {value.deprecated && <Deprecated reason={inLanguage(value.deprecated)} />}
                {inLanguage(value.description)}
              </td>
              <td data-label={texts.since}>
                <Since version={value.since} />
              </td>
              <td data-label={texts.usedBy}>
                <MoreLink names={value.usedBy} href="#operations" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Uses({ operations }: { operations: readonly KeptOperation[] }) {
  const texts = useTexts(catalogueTexts);
  return (
    <section class="stack-tight" id="operations" aria-labelledby="operations-title">
      <h2 id="operations-title">
        {texts.exampleTitle} <span class="muted number">{operations.length}</span>
      </h2>
      {operations.length === 0 && <p class="muted">{texts.noOperations}</p>}
      {operations.map((operation) => (
        <Operation key={operation.name} operation={operation} />
      ))}
    </section>
  );
}

export function Operation({
  operation: { name, description, document, isExample },
}: {
  operation: KeptOperation;
}) {
  const { settings } = usePage();
  const texts = useTexts(catalogueTexts);
  return (
    <details class="operation" id={name}>
      <summary>
        <code>{name}</code>
        {isExample && <span class="kind-badge">{texts.isExample}</span>}
        <span class="muted" lang="en">
          {description}
        </span>
      </summary>
      <Code text={document} label={name} />
      {settings.playground && (
        <LinkButton size="small" href={`/playground/#${new URLSearchParams({ query: document })}`}>
          {texts.openInPlayground}
        </LinkButton>
      )}
    </details>
  );
}
