// Icons, drawn on 24 × 24 with one line width. They accompany words and are hidden from screen readers.
import type { JSX } from 'preact';

const paths = {
  start: 'M4 11.5 12 5l8 6.5M6 10v9h4.5v-5h3v5H18v-9',
  playground: 'M4 5h16v14H4zM8 10l2.5 2L8 14M13 14h3.5',
  catalogue: 'M5 4h5v16H5zM10 4h4v16h-4M14.5 4.8l3.7-.9L21 19l-3.8.9z',
  changes: 'M12 7v5l3.5 2M4.5 12a7.5 7.5 0 1 1 2.2 5.3M4.5 20v-3.2h3.2',
  board: 'M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z',
  duty: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4M12 3v2',
  programme: 'M4 6h16v14H4zM4 10h16M8 3.5V7M16 3.5V7M8 14h3M13.5 14H16M8 17h3',
  docs: 'M6 3.5h8.5L19 8v12.5H6zM14 3.5V8.5h5M9 12.5h7M9 16h7',
  import: 'M12 4v10M8 10.5l4 4 4-4M5 16v4h14v-4',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  language:
    'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4',
  dark: 'M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z',
  auto: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 3.5v17M12 7.5h5.8M12 12h8.3M12 16.5h5.8',
  viewer: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20c.8-4 3.8-6 7.5-6s6.700 2 7.500 6',
  close: 'M6 6l12 12M18 6 6 18',
  search: 'M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13ZM15.500 15.500 20 20',
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name }: { name: IconName }): JSX.Element => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
);
