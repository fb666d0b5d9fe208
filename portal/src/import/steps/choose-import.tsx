// The first step: what to import, by bureau.
import { Notice } from '../../design/feedback/states.tsx';
import { useLanguage, useTexts } from '../../page/page-context.ts';
import { importTexts, subgraphNames } from '../../texts/import.ts';
import type { ImportDefinition, ImportList } from '../api/types.ts';
import { StepHeading } from './step-heading.tsx';

interface ChooseImportProps {
  list: ImportList;
  onChoose: (name: string) => void;
}

export function ChooseImport({ list: { imports, unavailable }, onChoose }: ChooseImportProps) {
  const texts = useTexts(importTexts);
  const inLanguage = useLanguage();
  const nameOf = (subgraph: string): string =>
    subgraphNames[subgraph] ? inLanguage(subgraphNames[subgraph]) : subgraph;
  const groups = Map.groupBy(imports, ({ name }) => name.split('.')[0] ?? '');
  return (
    <section class="stack" aria-labelledby="import-choose">
      <div>
        <StepHeading id="import-choose">{texts.chooseTitle}</StepHeading>
        <p class="muted">{texts.chooseHint}</p>
      </div>
      {unavailable.length > 0 && (
        <Notice tone="warning">
          {texts.unavailable(unavailable.map(nameOf).join(inLanguage({ zh: '、', en: ', ' })))}
        </Notice>
      )}
      {[...groups].map(([subgraph, definitions]) => (
        <section key={subgraph} class="stack-tight" aria-labelledby={`import-${subgraph}`}>
          <h3 id={`import-${subgraph}`}>{nameOf(subgraph)}</h3>
          <ul class="grid import-choices">
            {definitions.map((definition) => (
              <li key={definition.name}>
                <Choice definition={definition} onChoose={onChoose} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

function Choice({
  definition: { name, title, columns },
  onChoose,
}: {
  definition: ImportDefinition;
  onChoose: ChooseImportProps['onChoose'];
}) {
  const texts = useTexts(importTexts);
  const inLanguage = useLanguage();
  return (
    <a
      class="import-choice"
      href={`?name=${name}`}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onChoose(name);
      }}
    >
      <strong>{inLanguage(title)}</strong>
      <span class="muted">
        {texts.columnCount(columns.length, columns.filter(({ isOptional }) => !isOptional).length)}
      </span>
    </a>
  );
}
