// The start page: what the graph is, with a query that runs, first steps for each kind of reader, its state, and a token.
import { usePage, useTexts } from '../page/page-context.ts';
import { definePage } from '../page/page-definition.ts';
import { startTexts } from '../texts/start.ts';
import { Counters } from './counters.tsx';
import { Doors } from './doors.tsx';
import { prepareStart, type StartData } from './figures.ts';
import { Hero } from './hero.tsx';
import './start.css';
import { SubgraphStates } from './subgraph-states.tsx';
import { TokenHelper } from './token-helper.tsx';

function Start({ data: { hero, counters, districts } }: { data: StartData }) {
  const texts = useTexts(startTexts);
  const { settings } = usePage();
  return (
    <>
      <Hero answer={hero} districts={districts} hasPlayground={settings.playground} />
      <Counters first={counters} />
      <Doors hasPlayground={settings.playground} />
      <p>
        {texts.residentHint} <a href="/programme">{texts.toProgramme}</a>
      </p>
      <div class="start-columns">
        <SubgraphStates />
        <TokenHelper districts={districts} />
      </div>
    </>
  );
}

export const startPage = definePage<StartData>({
  name: 'start',
  path: '/',
  title: { zh: '首页', en: 'Start' },
  summary: {
    zh: '民政、环卫、公安技防、文化和社区治理的数据，一次查询即可取得。',
    en: 'Elderly care, sanitation, public security, culture and community work in one query.',
  },
  ownHead: true,
  freshSeconds: 30,
  prepare: prepareStart,
  Component: Start,
});
