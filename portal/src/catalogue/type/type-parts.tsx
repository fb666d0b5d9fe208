// Small parts of the pages of types.
import { useTexts } from '../../page/page-context.ts';
import { catalogueTexts } from '../../texts/catalogue.ts';

const builtIn = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);

/** A type such as `[Elder!]!`, whose name is a link. */
export function TypeLink({ type }: { type: string }) {
  const [, before = '', name = '', after = ''] = /^(\[*)(\w+)(.*)$/.exec(type) ?? [];
  return (
    <code class="type-link" translate={false}>
      {before}
      {builtIn.has(name) ? name : <a href={`/catalogue/${name}`}>{name}</a>}
      {after}
    </code>
  );
}

/** The release that something came with. */
export function Since({ version }: { version: string | null }) {
  const texts = useTexts(catalogueTexts);
  return version === null ? (
    <a class="unreleased" href="/changes">
      {texts.unreleased}
    </a>
  ) : (
    <span class="muted number">{version}</span>
  );
}

/** How many there are, with their names for whoever points at it. */
export const MoreLink = ({ names, href }: { names: readonly string[]; href: string }) =>
  names.length === 0 ? (
    <span class="muted number">0</span>
  ) : (
    <a class="number" href={href} title={names.join(', ')}>
      {names.length}
    </a>
  );

/** Names of types as links. */
export const TypeLinks = ({ names }: { names: readonly string[] }) => (
  <ul class="chips">
    {names.map((name) => (
      <li key={name}>
        <a class="chip" href={`/catalogue/${name}`} translate={false}>
          {name}
        </a>
      </li>
    ))}
  </ul>
);

/** Coordinates such as `Query.elders(within:)` as links to the field. */
export function CoordinateLinks({ coordinates }: { coordinates: readonly string[] }) {
  return (
    <ul class="chips">
      {coordinates.map((coordinate) => {
        const [type = '', rest = ''] = coordinate.split('.');
        const field = /^\w*/.exec(rest)?.[0];
        return (
          <li key={coordinate}>
            <a class="chip" href={`/catalogue/${type}${field ? `#${field}` : ''}`} translate={false}>
              {coordinate}
            </a>
          </li>
        );
      })}
    </ul>
  );
}
