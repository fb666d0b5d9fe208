// A sketch of where things are: points by their WGS 84 coordinates around the incident, with rings, a scale and north. There are no map tiles.
import { useTexts } from '../../page/page-context.ts';
import { dutyTexts } from '../../texts/duty.ts';
import { clustersOf, positionOf, scaleMetres } from '../live/map-projection.ts';
import type { Device, Point } from '../live/operations.ts';

interface Shown extends Device {
  /** Its number in the list. */
  number: number;
}

interface SketchMapProps {
  centre: Point;
  devices: readonly Shown[];
  radiusMetres: number;
}

const size = 320;
const margin = 14;
/** Points nearer to each other than this are drawn as one. */
const clusterDistance = 24;

const shapes = {
  CAMERA: <circle r="9" />,
  ALARM_BOX: <rect x="-8" y="-8" width="16" height="16" rx="2" />,
};

export function SketchMap({ centre, devices, radiusMetres }: SketchMapProps) {
  const texts = useTexts(dutyTexts);
  const frame = { centre, radiusMetres, size: size - 2 * margin };
  const placed = devices.flatMap((device) => {
    if (!device.location) return [];
    const { x, y } = positionOf(device.location, frame);
    const isInside = x >= 0 && y >= 0 && x <= frame.size && y <= frame.size;
    return isInside ? [{ ...device, x: x + margin, y: y + margin }] : [];
  });
  const middle = size / 2;
  const scale = scaleMetres(radiusMetres);
  const scaleLength = (scale * frame.size) / 2 / radiusMetres;
  return (
    <svg
      class="duty-map"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={texts.mapLabel(placed.length, texts.metres(radiusMetres))}
    >
      <rect class="duty-map-ground" width={size} height={size} rx="8" />
      {[1, 0.5].map((share) => (
        <circle key={share} class="duty-map-ring" cx={middle} cy={middle} r={(frame.size / 2) * share} />
      ))}
      <path
        class="duty-map-axis"
        d={`M${middle} ${margin}V${size - margin}M${margin} ${middle}H${size - margin}`}
      />
      <g class="duty-map-incident" transform={`translate(${middle} ${middle})`}>
        <path d="M0 -9 9 0 0 9 -9 0z" />
      </g>
      {clustersOf(placed, clusterDistance).map(({ x, y, items }) => (
        <Cluster key={items[0]?.id} x={x} y={y} items={items} middle={middle} />
      ))}
      <g class="duty-map-scale" transform={`translate(${margin} ${size - margin})`}>
        <path d={`M0 -6V0H${scaleLength}V-6`} />
        <text x={scaleLength + 6} y="1">
          {texts.metres(scale).replace('.0', '')}
        </text>
      </g>
      <g class="duty-map-scale" transform={`translate(${size - 22} 30)`}>
        <path d="M0 6V-8M-4 -3 0 -8 4 -3" />
        <text x="0" y="19" text-anchor="middle">
          N
        </text>
      </g>
    </svg>
  );
}

interface ClusterProps {
  x: number;
  y: number;
  items: readonly Shown[];
  middle: number;
}

/** One device with its number, or several at the same place with their numbers. */
function Cluster({ x, y, items, middle }: ClusterProps) {
  const [first] = items;
  if (!first) return null;
  // What lies where the incident is stands above it.
  const lift = Math.hypot(x - middle, y - middle) < clusterDistance ? -20 : 0;
  const worst = items.find(({ status }) => status !== 'ONLINE') ?? first;
  const label = items.length === 1 ? String(first.number) : `${first.number}+${items.length - 1}`;
  return (
    <g class="duty-map-device" data-status={worst.status} transform={`translate(${x} ${y + lift})`}>
      {items.length === 1 ? shapes[first.kind] : <rect x="-16" y="-9" width="32" height="18" rx="9" />}
      <text y="4" text-anchor="middle">
        {label}
      </text>
      <title>{items.map(({ number, name }) => `${number} ${name}`).join('\n')}</title>
    </g>
  );
}
