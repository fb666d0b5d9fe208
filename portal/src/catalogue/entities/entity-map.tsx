// The picture of entities: in the groups of their owners, with the links of the one that is pointed at or focused. And the same as a table.
import { useSignal } from '@preact/signals';
import { useEffect, useId, useMemo, useRef } from 'preact/hooks';
import { Segments } from '../../design/controls/button.tsx';
import { Table } from '../../design/data/table.tsx';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { bureaus, catalogueTexts } from '../../texts/catalogue.ts';
import type { Catalogue, EntityLink, EntityNode } from '../catalogue.ts';
import { Owner, OwnerMark, patternOf } from '../owner.tsx';
import { type Box, curveBetween, type EntityLayout, layOut } from './entity-layout.ts';

interface EntityMapProps {
  entities: Catalogue['entities'];
  owners: readonly string[];
}

/** As wide as the content of most screens, until the browser has measured it. */
const assumedWidth = 1100;

export function EntityMap({ entities, owners }: EntityMapProps) {
  const texts = useTexts(catalogueTexts);
  const view = useSignal<'map' | 'table'>('map');
  return (
    <section class="stack-tight">
      <div class="panel-head">
        <h2>{texts.entitiesTitle}</h2>
        <Segments
          label={texts.view}
          value={view.value}
          options={[
            { value: 'map', label: texts.map },
            { value: 'table', label: texts.table },
          ]}
          onChange={(next) => {
            view.value = next;
          }}
        />
      </div>
      {view.value === 'map' ? (
        <Picture entities={entities} owners={owners} />
      ) : (
        <EntityTable entities={entities} />
      )}
    </section>
  );
}

function Picture({ entities, owners }: EntityMapProps) {
  const texts = useTexts(catalogueTexts);
  const frame = useRef<HTMLDivElement>(null);
  const width = useSignal(assumedWidth);
  const active = useSignal<string | null>(null);
  useEffect(() => {
    const { current } = frame;
    if (!current) return;
    const observer = new ResizeObserver(([entry]) => {
      const measured = Math.floor(entry?.contentRect.width ?? 0);
      if (measured > 0) width.value = measured;
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [width]);
  const layout = useMemo(() => layOut(entities, owners, width.value), [entities, owners, width.value]);
  return (
    <>
      <p class="muted">{texts.entitiesHint}</p>
      <div class="entity-map" ref={frame} onPointerLeave={() => (active.value = null)}>
        <Drawing
          layout={layout}
          links={entities.links}
          active={active.value}
          activate={(name) => {
            active.value = name;
          }}
        />
      </div>
      <LinksOf name={active.value} entities={entities} />
    </>
  );
}

interface DrawingProps {
  layout: EntityLayout;
  links: readonly EntityLink[];
  active: string | null;
  activate: (name: string | null) => void;
}

function Drawing({ layout: { width, height, groups }, links, active, activate }: DrawingProps) {
  const id = useId();
  const boxes = new Map(groups.flatMap(({ nodes }) => nodes.map((node) => [node.name, node] as const)));
  const near = new Set(
    links.flatMap(({ from, to }) => (from === active ? [to] : to === active ? [from] : [])),
  );
  const shown = links.filter(({ from, to }) =>
    active ? from === active || to === active : isBetweenOwners(boxes.get(from), boxes.get(to)),
  );
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: the section around it has a heading; a title would hide the entities' own.
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      <Groups groups={groups} id={id} />
      <g class="entity-links" data-active={active ? '' : undefined}>
        {shown.map((link) => (
          <Curve key={`${link.from} ${link.to} ${link.owner}`} link={link} boxes={boxes} />
        ))}
      </g>
      {groups.flatMap(({ nodes }) =>
        nodes.map((node) => (
          <Node
            key={node.name}
            node={node}
            fill={`url(#${id}-${node.owner})`}
            state={
              node.name === active ? 'active' : near.has(node.name) ? 'near' : active ? 'far' : undefined
            }
            activate={activate}
          />
        )),
      )}
    </svg>
  );
}

/** The frames of the owners, and the patterns that fill their entities' strips. */
function Groups({ groups, id }: { groups: EntityLayout['groups']; id: string }) {
  const inLanguage = useLanguage();
  return (
    <>
      <defs>
        {groups.map(({ owner }) => (
          <pattern
            key={owner}
            id={`${id}-${owner}`}
            width="8"
            height="8"
            patternUnits="userSpaceOnUse"
            data-owner={owner}
          >
            <rect class="owner-fill" width="8" height="8" />
            <path class="owner-lines" d={patternOf(owner)} />
          </pattern>
        ))}
      </defs>
      {groups.map(({ owner, x, y, width: groupWidth, height: groupHeight }) => (
        <g key={owner} data-owner={owner}>
          <rect
            class="entity-group"
            x={x + 0.5}
            y={y + 0.5}
            width={groupWidth - 1}
            height={groupHeight - 1}
            rx="10"
          />
          <rect x={x + 12} y={y + 12} width="16" height="16" rx="3" fill={`url(#${id}-${owner})`} />
          <text class="entity-group-name" x={x + 36} y={y + 25}>
            {inLanguage(bureaus[owner] ?? { zh: owner, en: owner })}
          </text>
        </g>
      ))}
    </>
  );
}

/** Every owner's entities lie in divisions: these links are shown only when somebody asks for them. */
const isBetweenOwners = (from: EntityNode | undefined, to: EntityNode | undefined): boolean =>
  from !== undefined && to !== undefined && from.owner !== to.owner && to.name !== 'Division';

function Curve({ link: { from, to, owner }, boxes }: { link: EntityLink; boxes: ReadonlyMap<string, Box> }) {
  const [a, b] = [boxes.get(from), boxes.get(to)];
  return a && b ? <path data-owner={owner} d={curveBetween(a, b)} /> : null;
}

interface NodeProps {
  node: EntityNode & Box;
  fill: string;
  state: 'active' | 'near' | 'far' | undefined;
  activate: (name: string | null) => void;
}

function Node({ node: { name, label, x, y, width, height }, fill, state, activate }: NodeProps) {
  const { language } = usePage();
  const inLanguage = useLanguage();
  const inset = 22;
  return (
    <a
      class="entity"
      href={`/catalogue/${name}`}
      data-state={state}
      onPointerEnter={() => activate(name)}
      onFocus={() => activate(name)}
      onBlur={() => activate(null)}
    >
      <rect class="entity-box" x={x + 0.5} y={y + 0.5} width={width - 1} height={height - 1} rx="6" />
      <rect class="entity-strip" x={x + 1} y={y + 1} width="12" height={height - 2} rx="5" fill={fill} />
      {language === 'en' ? (
        <EnglishName name={name} box={{ x: x + inset, y, width: width - inset - 6, height }} />
      ) : (
        <>
          <text class="entity-name" x={x + inset} y={y + 20}>
            {shortened(inLanguage(label), width - inset - 6)}
          </text>
          <text class="entity-type" x={x + inset} y={y + 37} translate={false}>
            {name}
          </text>
        </>
      )}
    </a>
  );
}

const letterWidth = 7.6;

/** On two lines where it does not fit on one. */
function EnglishName({ name, box: { x, y, width, height } }: { name: string; box: Box }) {
  const [, head = name, tail = ''] =
    name.length * letterWidth > width ? (/^(.+)([A-Z].*)$/.exec(name) ?? []) : [];
  const lines = tail ? [head, tail] : [name];
  return (
    <>
      {lines.map((line, index) => (
        <text
          key={line}
          class="entity-name"
          x={x}
          y={y + height / 2 + 5 + (lines.length > 1 ? index * 17 - 9 : 0)}
          translate={false}
        >
          {line}
        </text>
      ))}
    </>
  );
}

const hanWidth = 14;

/** As much of a Chinese label as fits. */
function shortened(label: string, width: number): string {
  const room = Math.floor(width / hanWidth);
  return [...label].length > room ? `${[...label].slice(0, room - 1).join('')}…` : label;
}

/** What is drawn, in words. */
function LinksOf({
  name,
  entities: { nodes, links },
}: {
  name: string | null;
  entities: Catalogue['entities'];
}) {
  const texts = useTexts(catalogueTexts);
  const inLanguage = useLanguage();
  const node = nodes.find((each) => each.name === name);
  if (!node) return <p class="entity-links-text muted">&nbsp;</p>;
  return (
    <p class="entity-links-text">
      <OwnerMark owner={node.owner} /> <strong translate={false}>{node.name}</strong> {inLanguage(node.label)}{' '}
      · {texts.leadsTo} {linkNames(links, (link) => (link.from === name ? link.to : null)) || texts.nothing} ·{' '}
      {texts.reachedFrom} {linkNames(links, (link) => (link.to === name ? link.from : null)) || texts.nothing}
    </p>
  );
}

const linkNames = (links: readonly EntityLink[], otherEnd: (link: EntityLink) => string | null): string =>
  [...new Set(links.map(otherEnd).filter((each) => each !== null))].join(', ');

function EntityTable({ entities: { nodes, links } }: { entities: Catalogue['entities'] }) {
  const texts = useTexts(catalogueTexts);
  const inLanguage = useLanguage();
  return (
    <Table
      caption={texts.entitiesTitle}
      hidesCaption
      rows={nodes}
      keyOf={({ name }) => name}
      initialSorting={{ column: 'owner', isDescending: false }}
      columns={[
        {
          name: 'entity',
          heading: texts.entity,
          isRowHeading: true,
          sortKey: ({ name }) => name,
          cell: ({ name, label }) => (
            <a href={`/catalogue/${name}`}>
              <code>{name}</code> {inLanguage(label)}
            </a>
          ),
        },
        {
          name: 'owner',
          heading: texts.owner,
          sortKey: ({ owner }) => owner,
          cell: ({ owner }) => <Owner owner={owner} />,
        },
        {
          name: 'to',
          heading: texts.leadsTo,
          cell: ({ name }) =>
            linkNames(links, (link) => (link.from === name ? link.to : null)) || texts.nothing,
        },
        {
          name: 'from',
          heading: texts.reachedFrom,
          cell: ({ name }) =>
            linkNames(links, (link) => (link.to === name ? link.from : null)) || texts.nothing,
        },
      ]}
    />
  );
}
