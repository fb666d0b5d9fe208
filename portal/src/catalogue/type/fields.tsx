// The fields of a type as a table; on small screens each is a card.
import { useLanguage, useTexts } from '../../page/page-context.ts';
import { catalogueTexts } from '../../texts/catalogue.ts';
import type { CatalogueArgument, CatalogueField, CatalogueType, Cost } from '../catalogue.ts';
import { Owners } from '../owner.tsx';
import { Access, type AccessEntries } from './access.tsx';
import { MoreLink, Since, TypeLink } from './type-parts.tsx';

interface FieldsProps extends AccessEntries {
  type: CatalogueType;
}

export function Fields({ type, ...entries }: FieldsProps) {
  const texts = useTexts(catalogueTexts);
  const isInput = type.kind === 'INPUT';
  const hasSeveralOwners = type.fields.some(({ owners }) => owners.join() !== type.owners.join());
  return (
    <section class="stack-tight" aria-labelledby="fields-title">
      <h2 id="fields-title">
        {texts.fields} <span class="muted number">{type.fields.length}</span>
      </h2>
      <table class="table fields-table">
        <thead>
          <tr>
            <th scope="col">{texts.field}</th>
            <th scope="col">{texts.description}</th>
            {!isInput && <th scope="col">{texts.access}</th>}
            {!isInput && <th scope="col">{texts.cost}</th>}
            <th scope="col">{texts.since}</th>
            {!isInput && <th scope="col">{texts.usedBy}</th>}
          </tr>
        </thead>
        <tbody>
          {type.fields.map((field) => (
            <Row key={field.name} field={field} type={type} showsOwners={hasSeveralOwners} {...entries} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps extends AccessEntries {
  field: CatalogueField;
  type: CatalogueType;
  showsOwners: boolean;
}

function Row({ field, type, showsOwners, ...entries }: RowProps) {
  const texts = useTexts(catalogueTexts);
  const inLanguage = useLanguage();
  const isInput = type.kind === 'INPUT';
  return (
    <tr id={field.name} class="field-row">
      <th scope="row">
        <code class="field-name">{field.name}</code>
        <TypeLink type={field.type} />
        {field.defaultValue !== null && <code class="muted"> = {field.defaultValue}</code>}
      </th>
      <td data-label={texts.description}>
        {field.deprecated && <Deprecated reason={inLanguage(field.deprecated)} />}
        <span class={field.deprecated ? 'muted' : undefined}>{inLanguage(field.description)}</span>
        {showsOwners && field.owners.length > 0 && (
          <div class="field-owners">
            <Owners owners={field.owners} />
          </div>
        )}
        {field.arguments.length > 0 && <Arguments list={field.arguments} />}
      </td>
      {!isInput && (
        <td data-label={texts.access}>
          <Access rule={field.access} ofType={type.access} {...entries} />
        </td>
      )}
      {!isInput && (
        <td data-label={texts.cost} class="number">
          <CostText cost={field.cost} />
        </td>
      )}
      <td data-label={texts.since}>
        <Since version={field.since} />
      </td>
      {!isInput && (
        <td data-label={texts.usedBy}>
          <MoreLink names={field.usedBy} href="#operations" />
        </td>
      )}
    </tr>
  );
}

export function Deprecated({ reason }: { reason: string }) {
  const texts = useTexts(catalogueTexts);
  return (
    <span class="deprecated">
      <strong>{texts.deprecated}</strong> {reason}
    </span>
  );
}

/** `1 × first (20)` for a list of which a client says how many. */
function CostText({ cost }: { cost: Cost | null }) {
  if (!cost) return <span class="muted">0</span>;
  const { weight, size, sizedBy } = cost;
  if (size === null) return <>{weight}</>;
  return (
    <>
      {weight} × {sizedBy ? <code>{sizedBy}</code> : null} {sizedBy ? `(${size})` : size}
    </>
  );
}

function Arguments({ list }: { list: readonly CatalogueArgument[] }) {
  const texts = useTexts(catalogueTexts);
  const inLanguage = useLanguage();
  return (
    <details class="arguments">
      <summary>{texts.arguments(list.length)}</summary>
      <dl>
        {list.map((argument) => (
          <div key={argument.name}>
            <dt>
              <code>{argument.name}</code> <TypeLink type={argument.type} />
              {argument.defaultValue !== null && <code class="muted"> = {argument.defaultValue}</code>}
              {argument.since === null && (
                <>
                  {' '}
                  <Since version={null} />
                </>
              )}
            </dt>
            <dd>
              {argument.deprecated && <Deprecated reason={inLanguage(argument.deprecated)} />}
              {inLanguage(argument.description)}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
