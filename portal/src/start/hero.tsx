// The title with an example that runs: a query over all subgraphs, and its answer.
import { useSignal } from '@preact/signals';
import { Button, LinkButton } from '../design/controls/button.tsx';
import { Select } from '../design/controls/field.tsx';
import { Code } from '../design/data/code.tsx';
import { fullNumber } from '../design/format/numbers.ts';
import { request } from '../graph/request.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { startTexts } from '../texts/start.ts';
import { answerText, cityCode, type District, firstCode, heroQuery, queryText } from './figures.ts';

interface HeroProps {
  answer: string | null;
  districts: readonly District[];
  hasPlayground: boolean;
}

export function Hero({ answer, districts, hasPlayground }: HeroProps) {
  const texts = useTexts(startTexts);
  return (
    <section class="hero" aria-labelledby="hero-title">
      <h1 id="hero-title">{texts.heading}</h1>
      <p class="hero-lead">{texts.lead}</p>
      <div class="row">
        {hasPlayground && (
          <LinkButton href="/playground/" kind="primary">
            {texts.toPlayground}
          </LinkButton>
        )}
        <LinkButton href="/docs">{texts.toDocs}</LinkButton>
      </div>
      <Example answer={answer} districts={districts} />
    </section>
  );
}

function Example({ answer: first, districts }: Pick<HeroProps, 'answer' | 'districts'>) {
  const texts = useTexts(startTexts);
  const { language } = usePage();
  const code = useSignal(firstCode);
  const answer = useSignal(first);
  const tookMs = useSignal<number | null>(null);
  const isRunning = useSignal(false);
  const run = async (): Promise<void> => {
    isRunning.value = true;
    const started = performance.now();
    try {
      const { data } = await request(heroQuery, { code: code.value });
      answer.value = answerText(data);
      tookMs.value = performance.now() - started;
    } catch (error) {
      answer.value = String((error as Error).message);
      tookMs.value = null;
    } finally {
      isRunning.value = false;
    }
  };
  const options = [
    { value: cityCode, label: texts.wholeCity },
    ...districts.map((each) => ({ value: each.code, label: `${each.name} ${each.code}` })),
  ];
  return (
    <div class="hero-run">
      <div class="hero-bar">
        <Select
          label={texts.division}
          options={options}
          value={code.value}
          onChange={(value) => {
            code.value = value;
            void run();
          }}
        />
        <Button kind="primary" isBusy={isRunning.value} onClick={run}>
          {texts.runAgain}
        </Button>
        <span class="hero-time number" role="status">
          {tookMs.value !== null && texts.answeredIn(fullNumber(tookMs.value, language, 0))}
        </span>
      </div>
      <div class="hero-side">
        <h2>{texts.query}</h2>
        <Code text={queryText(heroQuery)} label={texts.query} />
      </div>
      <div class="hero-side">
        <h2>{texts.answer}</h2>
        <Code text={answer.value ?? texts.noAnswer} label={texts.answer} />
      </div>
    </div>
  );
}
