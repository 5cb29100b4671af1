import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Empty } from '../parts/states.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  readonly render: (row: Row) => ReactNode;
}

export interface RecordTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** The first column names the row. */
  readonly columns: readonly Column<Row>[];
  /** Everything a person may look for in a row. */
  readonly textOf: (row: Row) => string;
  /** Out of service: shown last and quieter. */
  readonly isRetired?: (row: Row) => boolean;
  /** Says why there is nothing and what to do. */
  readonly empty: ReactNode;
  /** Buttons above the table, beside the search. */
  readonly tools: ReactNode;
}

/** A searched table of one kind of record; on a narrow screen every row is a card, so that nothing has to be scrolled. */
export function RecordTable<Row>(props: RecordTableProps<Row>): ReactNode {
  const { t } = useTranslation('admin');
  const { rows, isRetired = () => false } = props;
  const [sought, setSought] = useState('');
  const words = sought.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter((row) => {
    const text = props.textOf(row).toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const shown = [...found.filter((row) => !isRetired(row)), ...found.filter(isRetired)];
  return (
    <>
      {(rows.length > 0 || Boolean(props.tools)) && (
        <div className="admin-tools">
          {rows.length > 0 && (
            <search className="admin-search">
              <Field
                label={t('table.search')}
                type="search"
                value={sought}
                onChange={(event) => setSought(event.target.value)}
              />
            </search>
          )}
          {props.tools}
          {rows.length > 0 && (
            <p className="quiet figures" role="status">
              {words.length > 0
                ? t('table.found', { count: found.length, all: rows.length })
                : t('table.count', { count: rows.length })}
            </p>
          )}
        </div>
      )}
      {rows.length === 0 && props.empty}
      {rows.length > 0 && shown.length === 0 && (
        <div className="admin-no-match">
          <Empty title={t('table.noMatch')} hint={t('table.noMatchHint', { sought })} />
          <Button label={t('table.clear')} onPress={() => setSought('')} />
        </div>
      )}
      {shown.length > 0 && <Rows {...props} rows={shown} isRetired={isRetired} />}
    </>
  );
}

function Rows<Row>(props: RecordTableProps<Row> & { readonly isRetired: (row: Row) => boolean }): ReactNode {
  const { label, rows, keyOf, columns, isRetired } = props;
  return (
    <table className="admin-table" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col">
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} data-retired={isRetired(row) || undefined}>
            {columns.map((column) => (
              <td key={column.key} data-column={column.key} data-label={column.label}>
                <span>{column.render(row)}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
