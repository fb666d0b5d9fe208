// First steps for each kind of reader; each can be done now.
import { useTexts } from '../page/page-context.ts';
import { startTexts } from '../texts/start.ts';

export function Doors({ hasPlayground }: { hasPlayground: boolean }) {
  const texts = useTexts(startTexts);
  const playground = hasPlayground ? '/playground/' : '/docs/front-end';
  const doors = [
    { title: texts.frontEnd, steps: texts.frontEndSteps, links: [playground, '#token', '/docs/front-end'] },
    {
      title: texts.analyst,
      steps: texts.analystSteps,
      links: ['/docs/analyst', playground, '/docs/tasks/export'],
    },
    {
      title: texts.partner,
      steps: texts.partnerSteps,
      links: ['/docs/partner-bureau', '/docs/tasks/api-keys', '/docs/foreign-subgraph'],
    },
    {
      title: texts.operator,
      steps: texts.operatorSteps,
      links: ['#subgraphs', '/docs/operator', '/docs/tasks/backup-and-restore'],
    },
  ];
  return (
    <section class="stack" aria-labelledby="doors-title">
      <h2 id="doors-title">{texts.doorsTitle}</h2>
      <div class="grid">
        {doors.map(({ title, steps, links }) => (
          <div class="panel" key={title}>
            <h3>{title}</h3>
            <ol class="door-steps">
              {steps.split('|').map((step, index) => (
                <li key={step}>
                  <a href={links[index]}>{step}</a>
                </li>
              ))}
            </ol>
          </div>
        ))}
      </div>
    </section>
  );
}
