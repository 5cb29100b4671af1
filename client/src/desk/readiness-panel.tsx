import { can } from '@faultline/shared/access/access.ts';
import type { Finding, LineStatus } from '@faultline/shared/escalation/readiness.ts';
import type { User } from '@faultline/shared/organisation/organisation.ts';
import type { EscalationStatus } from '@faultline/shared/wire/escalation.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard, useEscalationStatus } from '../live/board.ts';
import { lineTroubleOf } from '../live/line-trouble.ts';
import { PriorityMark } from '../parts/priority-mark.tsx';
import { useLineDetail } from '../text/use-line-detail.ts';
import { useTime } from '../text/use-time.ts';
import type { Names } from '../ticket/names.ts';
import { useNames } from '../ticket/names.ts';
import { findingsFor } from './ladders.ts';

/** More than this of one kind is a roster that nobody has filled in yet: its figure says so better than its rows. */
const MOST_SHOWN = 20;

/** Whether the next ladder would work: the lines, and what is missing on the duty list. It cannot be put away. [E7] */
export function ReadinessPanel({ user }: { readonly user: User }): ReactNode {
  const { t } = useTranslation('desk');
  const status = useEscalationStatus();
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const names = useNames();
  if (status === null || isUnknown) return <p className="readiness quiet">{t('lines.unknown')}</p>;
  return (
    <section className="readiness" aria-label={t('lines.title')}>
      <ul className="lines">
        {status.lines.map((line) => (
          <Line key={line.id} line={line} names={names} />
        ))}
      </ul>
      <Findings status={status} user={user} names={names} />
    </section>
  );
}

function Line({ line, names }: { readonly line: LineStatus; readonly names: Names }): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const time = useTime();
  const lineDetail = useLineDetail();
  return (
    <li className="line" data-line={line.state}>
      <span className="line-sign" aria-hidden="true" />
      <span>
        {names.line(line.id)} <strong>{t(`words:lineState.${line.state}`)}</strong>
      </span>
      <span className="quiet figures">
        {line.state === 'down'
          ? [t('desk:lines.since', { time: time(line.since, 'hh:mm') }), lineDetail(line.detail)]
              .filter(Boolean)
              .join(' · ')
          : t('desk:lines.inUse', { inUse: line.inUse, channels: line.channels })}
      </span>
    </li>
  );
}

interface FindingsProps {
  readonly status: EscalationStatus;
  readonly user: User;
  readonly names: Names;
}

function Findings({ status, user, names }: FindingsProps): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const departments = useBoard((state) => state.departments);
  const kinds = findingsFor(status.findings, user, departments);
  if (kinds.length === 0) return <p className="quiet">{t('desk:lines.noFindings')}</p>;
  const count = kinds.reduce((sum, [, found]) => sum + found.length, 0);
  return (
    <details className="findings">
      <summary>
        <strong>{t('desk:lines.findings', { count })}</strong>{' '}
        {kinds.map(([kind, found]) => `${t(`words:finding.${kind}`)} ${found.length}`).join(' · ')}
      </summary>
      <ul>
        {kinds.flatMap(([kind, found]) =>
          found.slice(0, MOST_SHOWN).map((finding) => (
            <li key={JSON.stringify(finding)}>
              <strong>{t(`words:finding.${kind}`)}</strong> <FindingText finding={finding} names={names} />
            </li>
          )),
        )}
      </ul>
      {can(user.role, 'organisation.write') ? (
        <a href="/admin">{t('desk:lines.mend')}</a>
      ) : (
        <p className="quiet">{t('desk:lines.tell')}</p>
      )}
    </details>
  );
}

function FindingText({ finding, names }: { readonly finding: Finding; readonly names: Names }): ReactNode {
  const { t } = useTranslation('words');
  const time = useTime();
  if (finding.kind === 'line-down') return names.line(finding.line);
  const whose = `${names.department(finding.departmentId)} · ${names.contactRole(finding.role)}`;
  switch (finding.kind) {
    case 'gap':
      return `${whose} ${time(finding.from, 'MM-DD hh:mm')} – ${time(finding.until, 'MM-DD hh:mm')}`;
    case 'not-reached':
      return `${whose} ${t(`callOutcome.${finding.outcome}`)} ${time(finding.at, 'MM-DD hh:mm')}`;
    default:
      return whose;
  }
}

/** Said at the top of the desk, before a ladder needs the line. [E7] */
export function LineBanner(): ReactNode {
  const { t } = useTranslation('desk');
  const status = useEscalationStatus();
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const names = useNames();
  const time = useTime();
  const lineDetail = useLineDetail();
  const trouble = isUnknown ? null : lineTroubleOf(status);
  if (trouble === null) return null;
  const lines = trouble.down
    .map(({ id, since, detail }) =>
      [names.line(id), t('lines.since', { time: time(since, 'hh:mm') }), lineDetail(detail)].filter(Boolean).join(' '),
    )
    .join(t('lines.separator'));
  return (
    <div className="line-banner" role="alert" data-priority={trouble.isAnyUp ? 2 : 1} data-testid="line-banner">
      <PriorityMark priority={trouble.isAnyUp ? 2 : 1} isShort />
      <strong>{t('lines.down', { lines })}</strong>
      <span>{t(trouble.isAnyUp ? 'lines.othersRing' : 'lines.byHandOnly')}</span>
    </div>
  );
}
