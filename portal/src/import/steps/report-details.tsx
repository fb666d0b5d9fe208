// The report of a run: its figures, the rows with faults, what was put into standard form, and what was passed over.
import { Table } from '../../design/data/table.tsx';
import { Tile } from '../../design/data/tile.tsx';
import { fullNumber } from '../../design/format/numbers.ts';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { importTexts } from '../../texts/import.ts';
import type { ImportDefinition, ImportResult } from '../api/types.ts';
import { columnLabel } from '../state/template.ts';

export function ReportFigures({ result }: { result: ImportResult }) {
  const texts = useTexts(importTexts);
  const { dryRun, created, updated, unchanged, rejected } = result;
  return (
    <div class="grid import-figures">
      <Tile label={dryRun ? texts.wouldCreate : texts.created} value={created} />
      <Tile label={dryRun ? texts.wouldUpdate : texts.updated} value={updated} />
      <Tile label={texts.unchanged} value={unchanged} />
      <Tile label={texts.rejected} value={rejected} />
    </div>
  );
}

/** The gateway's notes and reasons begin with a small letter. */
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

interface ReportDetailsProps {
  result: ImportResult;
  definition: ImportDefinition;
}

export function ReportDetails({ result, definition }: ReportDetailsProps) {
  const texts = useTexts(importTexts);
  const inLanguage = useLanguage();
  const { notes, ignoredColumns } = result;
  return (
    <>
      <Faults result={result} definition={definition} />
      <Normalised result={result} definition={definition} />
      {notes.length + ignoredColumns.length > 0 && (
        <section class="panel" aria-labelledby="import-passed">
          <h3 id="import-passed">{texts.passed}</h3>
          <ul class="import-notes">
            {notes.map((note) => (
              <li key={note.en}>{sentence(inLanguage(note))}</li>
            ))}
            {ignoredColumns.length > 0 && (
              <li>{texts.ignoredColumns(ignoredColumns.join(inLanguage({ zh: '、', en: ', ' })))}</li>
            )}
          </ul>
        </section>
      )}
    </>
  );
}

/** The name of a column; of the whole row where it is empty. */
function useColumnName({ columns }: ImportDefinition): (name: string) => string {
  const texts = useTexts(importTexts);
  const { language } = usePage();
  return (name) => {
    const column = columns.find((each) => each.name === name);
    return column ? columnLabel(column, language) : texts.wholeRow;
  };
}

function Faults({ result: { faults, faultCount }, definition }: ReportDetailsProps) {
  const texts = useTexts(importTexts);
  const inLanguage = useLanguage();
  const nameOf = useColumnName(definition);
  if (faults.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="import-faults">
      <h3 id="import-faults">{texts.faults}</h3>
      <Table
        caption={texts.faults}
        hidesCaption
        rows={faults}
        keyOf={({ line, column, en }) => `${line} ${column} ${en}`}
        columns={[
          { name: 'line', heading: texts.line, align: 'end', isRowHeading: true, cell: ({ line }) => line },
          { name: 'column', heading: texts.column, cell: ({ column }) => nameOf(column) },
          { name: 'value', heading: texts.value, cell: ({ value }) => value },
          {
            name: 'reason',
            heading: texts.reason,
            cell: (fault) => <span class="import-reason">{sentence(inLanguage(fault))}</span>,
          },
        ]}
      />
      {faultCount > faults.length && <p class="muted">{texts.faultsMore(faultCount - faults.length)}</p>}
    </section>
  );
}

function Normalised({ result: { normalised }, definition }: ReportDetailsProps) {
  const texts = useTexts(importTexts);
  const inLanguage = useLanguage();
  const { language } = usePage();
  const nameOf = useColumnName(definition);
  if (normalised.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="import-normalised">
      <h3 id="import-normalised">{texts.normalised}</h3>
      <Table
        caption={texts.normalised}
        hidesCaption
        rows={normalised}
        keyOf={({ column, en }) => `${column} ${en}`}
        columns={[
          { name: 'column', heading: texts.column, isRowHeading: true, cell: ({ column }) => nameOf(column) },
          { name: 'kind', heading: texts.normalisedColumn, cell: (each) => sentence(inLanguage(each)) },
          {
            name: 'count',
            heading: texts.times,
            align: 'end',
            cell: ({ count }) => fullNumber(count, language),
          },
        ]}
      />
    </section>
  );
}
