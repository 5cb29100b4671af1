import type { Finding, LineStatus } from '@faultline/shared/escalation/readiness.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { callLogSchema } from '@faultline/shared/wire/escalation.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useEscalationStatus } from '../live/board.ts';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { useLineDetail } from '../text/use-line-detail.ts';
import { useTime } from '../text/use-time.ts';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { FindingList } from './finding-list.tsx';
import { useLineName } from './finding-words.ts';
import type { Office } from './office.ts';
import { PronunciationList } from './pronunciation-list.tsx';
import { RecordTable } from './record-table.tsx';
import type { LoggedCall } from './test-call.ts';
import { usePolled } from './use-polled.ts';

/** Calls come one by one; a person who watches the log sees them without asking. */
const LOG_EVERY = 5 * SECOND;

/** The ways to ring people as they stand now, what has been rung, and how it is spoken. */
export function LinesSection({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation('admin');
  const status = useEscalationStatus();
  return (
    <div className="admin-policy">
      <section>
        <h3>{t('lines.title')}</h3>
        {status ? <Lines lines={status.lines} /> : <Loading />}
      </section>
      <section>
        <h3>{t('finding.title')}</h3>
        {status && <Findings office={office} findings={status.findings} />}
      </section>
      <section>
        <h3>{t('pronunciation.title')}</h3>
        <PronunciationList office={office} />
      </section>
      <section>
        <h3>{t('log.title')}</h3>
        <Log />
      </section>
    </div>
  );
}

function Findings({ office, findings }: { readonly office: Office; readonly findings: readonly Finding[] }): ReactNode {
  const { t } = useTranslation('admin');
  if (findings.length === 0) return <p className="quiet">{t('finding.none')}</p>;
  return <FindingList office={office} findings={findings} here="lines" />;
}

function Lines({ lines }: { readonly lines: readonly LineStatus[] }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const time = useTime();
  const lineName = useLineName();
  const lineDetail = useLineDetail();
  if (lines.length === 0) return <Empty hint={t('admin:lines.emptyHint')} />;
  const columns = ['line', 'state', 'since', 'inUse'] as const;
  return (
    <table className="admin-table admin-lines" aria-label={t('admin:lines.title')}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {t(`admin:lines.column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map(({ id, state, since, detail, channels, inUse }) => (
          <tr key={id} data-line={id}>
            <td data-label={t('admin:lines.column.line')}>
              <strong>{lineName(id)}</strong>
            </td>
            <td data-label={t('admin:lines.column.state')}>
              <span>
                <span className="admin-line-state" data-state={state}>
                  {t(`words:lineState.${state}`)}
                </span>
                {detail !== '' && <span className="admin-mark">{lineDetail(detail)}</span>}
              </span>
            </td>
            <td className="figures" data-label={t('admin:lines.column.since')}>
              <span>{time(since, 'MM-DD hh:mm')}</span>
            </td>
            <td className="figures" data-label={t('admin:lines.column.inUse')}>
              <span>{t('admin:lines.channels', { inUse, channels })}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Log(): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const refusalText = useRefusalText();
  const { value, refusal, read } = usePolled('/api/escalation/calls', callLogSchema, LOG_EVERY);
  const columns = useLogColumns();
  if (!value) return refusal ? <Failed hint={refusalText(refusal)} onRetry={read} /> : <Loading />;
  return (
    <RecordTable
      label={t('admin:log.title')}
      rows={value.calls}
      keyOf={({ id }) => id}
      columns={columns}
      textOf={({ contactName, number, line, outcome }) =>
        [contactName, number, line, outcome === null ? '' : t(`words:callOutcome.${outcome}`)].join(' ')
      }
      empty={<Empty title={t('admin:log.emptyTitle')} hint={t('admin:log.emptyHint')} />}
      tools={null}
    />
  );
}

function useLogColumns(): readonly {
  readonly key: string;
  readonly label: string;
  readonly render: (call: LoggedCall) => ReactNode;
}[] {
  const { t } = useTranslation(['admin', 'words']);
  const time = useTime();
  const lineName = useLineName();
  return [
    {
      key: 'placed',
      label: t('admin:log.column.placed'),
      render: ({ placedAt }) => <span className="figures">{time(placedAt, 'YYYY-MM-DD hh:mm:ss').slice(5)}</span>,
    },
    {
      key: 'who',
      label: t('admin:log.column.who'),
      render: ({ contactName, number }) => (
        <>
          {contactName} <span className="figures quiet">{number}</span>
        </>
      ),
    },
    {
      key: 'purpose',
      label: t('admin:log.column.purpose'),
      render: ({ purpose, ticketIds }) =>
        purpose === 'test' ? t('admin:log.test') : t('admin:log.tickets', { count: ticketIds.length }),
    },
    { key: 'line', label: t('admin:log.column.line'), render: ({ line }) => lineName(line) },
    {
      key: 'outcome',
      label: t('admin:log.column.outcome'),
      render: ({ outcome, answeredAt, ringingAt, pressed, code }) => {
        if (outcome === null) return <strong>{t(`admin:log.state.${stateOf({ answeredAt, ringingAt })}`)}</strong>;
        return (
          <>
            {t(`words:callOutcome.${outcome}`)}
            {pressed && <span className="admin-mark">{t('admin:log.key', { key: pressed })}</span>}
            {code !== '' && <code className="admin-mark">{code}</code>}
          </>
        );
      },
    },
    {
      key: 'ended',
      label: t('admin:log.column.ended'),
      render: ({ endedAt }) => <span className="figures">{time(endedAt, 'hh:mm:ss')}</span>,
    },
  ];
}

function stateOf({ answeredAt, ringingAt }: Pick<LoggedCall, 'answeredAt' | 'ringingAt'>) {
  if (answeredAt !== null) return 'answered';
  return ringingAt === null ? 'placed' : 'ringing';
}
