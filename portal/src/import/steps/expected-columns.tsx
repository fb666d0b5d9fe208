// The columns that a file should have, with what they may contain.
import { Table } from '../../design/data/table.tsx';
import type { Language, TextsIn } from '../../page/language.ts';
import { usePage, useTexts } from '../../page/page-context.ts';
import { importTexts } from '../../texts/import.ts';
import type { ImportColumn, ImportDefinition } from '../api/types.ts';
import { columnLabel } from '../state/template.ts';

export function ExpectedColumns({ definition: { columns, key } }: { definition: ImportDefinition }) {
  const texts = useTexts(importTexts);
  const { language } = usePage();
  return (
    <details class="panel import-details">
      <summary>{texts.expected}</summary>
      <Table
        caption={texts.expected}
        hidesCaption
        rows={columns}
        keyOf={({ name }) => name}
        columns={[
          {
            name: 'column',
            heading: texts.column,
            isRowHeading: true,
            cell: (column) => (
              <>
                {columnLabel(column, language)}
                {column.name === key && <span class="muted"> · {texts.identifies}</span>}
              </>
            ),
          },
          {
            name: 'required',
            heading: texts.required,
            cell: ({ isOptional }) => (isOptional ? texts.optional : texts.required),
          },
          { name: 'content', heading: texts.content, cell: (column) => contentOf(column, texts, language) },
          { name: 'example', heading: texts.example, cell: (column) => exampleOf(column, language) },
        ]}
      />
    </details>
  );
}

const exampleOf = ({ example, values }: ImportColumn, language: Language): string =>
  (language !== 'en' && values.find(({ value }) => value === example)?.zh) || example;

function contentOf(
  { form, units, values }: ImportColumn,
  texts: TextsIn<typeof importTexts>,
  language: Language,
): string {
  const list = values
    .map(({ value, zh }) => (language === 'en' ? value : zh))
    .join(language === 'en' ? ', ' : '、');
  if (form === 'oneOf') return texts.formOne(list);
  if (form === 'manyOf') return texts.formMany(list);
  if (form === 'integer' || form === 'decimal')
    return [texts.formNumber, units[0]].filter(Boolean).join(' · ');
  const names: Readonly<Record<string, string>> = {
    boolean: texts.formBoolean,
    date: texts.formDate,
    division: texts.formDivision,
    community: texts.formDivision,
    key: texts.formKey,
  };
  return names[form] ?? texts.formText;
}
