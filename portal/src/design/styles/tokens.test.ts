import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The values of the rule that follows the selector. */
function tokensAfter(selector: string): Record<string, string> {
  const body = css.slice(css.indexOf(`${selector} {`)).match(/\{([^}]*)\}/)?.[1] ?? '';
  return Object.fromEntries(
    [...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]),
  );
}

const light = tokensAfter(':root');
const dark = tokensAfter(':root:not([data-theme="light"])');

it('has the same dark colours by choice and by the setting of the system', () => {
  expect(Object.keys(dark).length).toBeGreaterThan(30);
  expect(tokensAfter(':root[data-theme="dark"]')).toEqual(dark);
});

function luminance(color: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((each) =>
    each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one = '', other = ''): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ['--canvas', '--surface', '--surface-sunken', '--surface-hover'];
const pairs = [
  ...['--text', '--text-muted', '--accent'].flatMap((text) => surfaces.map((surface) => [text, surface])),
  ['--on-accent', '--accent'],
  ['--accent', '--accent-soft'],
  ...['good', 'warning', 'bad', 'neutral'].map((tone) => [`--${tone}`, `--${tone}-soft`]),
  ['--on-step-light', '--step-1'],
  ['--on-step-light', '--step-2'],
  ['--on-step-dark', '--step-5'],
];

it.each(pairs)(
  'has a contrast of 4.5 or more between %s and %s in both themes',
  (text = '', surface = '') => {
    for (const theme of [light, { ...light, ...dark }])
      expect(contrast(theme[text], theme[surface])).toBeGreaterThanOrEqual(4.5);
  },
);
