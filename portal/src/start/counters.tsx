// Figures of the whole city, asked again while the page is visible.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Tile } from '../design/data/tile.tsx';
import { request } from '../graph/request.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { startTexts } from '../texts/start.ts';
import { type CountersData, countersOf, countersQuery, counterVariables } from './figures.ts';

const refreshMs = 30_000;

export function Counters({ first }: { first: CountersData | null }) {
  const texts = useTexts(startTexts);
  const { today } = usePage();
  const counters = useSignal(first);
  useEffect(() => {
    const refresh = async (): Promise<void> => {
      if (document.hidden) return;
      // Figures that could not be asked again stay as they were.
      const answer = await request<CountersData>(countersQuery, counterVariables(today)).catch(() => null);
      if (answer?.data) counters.value = answer.data;
    };
    if (!first) void refresh();
    const timer = setInterval(refresh, refreshMs);
    return () => clearInterval(timer);
  }, [first, today, counters]);
  return (
    <section class="stack" aria-labelledby="counters-title">
      <div class="panel-head">
        <h2 id="counters-title">{texts.countersTitle}</h2>
        <span class="muted">{texts.countersNote}</span>
      </div>
      <div class="grid grid-tiles">
        {countersOf(counters.value).map(({ name, value, format }) => (
          <Tile key={name} label={texts[name]} value={value} format={format} unit={texts[`${name}Unit`]} />
        ))}
      </div>
    </section>
  );
}
