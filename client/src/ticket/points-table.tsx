import type { Identity } from '@faultline/shared/access/access.ts';
import { mayCommand } from '@faultline/shared/access/access.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { useTime } from '../text/use-time.ts';
import type { StampedPoint } from './correct-dialog.tsx';
import { CorrectDialog } from './correct-dialog.tsx';
import type { Names } from './names.ts';
import { TableFrame } from './table-frame.tsx';
import { stampedPoints } from './way.ts';

export interface PointsTableProps {
  readonly ticket: Ticket;
  readonly who: Identity;
  readonly names: Names;
}

/** Every point with when it happened, what was claimed, when the server learnt it, and how well it is proven. [T4] */
export function PointsTable({ ticket, who, names }: PointsTableProps): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const [target, setTarget] = useState<{ readonly point: StampedPoint; readonly seen: Ticket } | null>(null);
  const canCorrect = mayCommand(who, 'correct', ticket);
  const hasRepeats = ticket.issues.length > 1 || ticket.legs.length > 1;
  return (
    <>
      <TableFrame label={t('ticket:points.title')}>
        <table className="points">
          <caption className="hidden-text">{t('ticket:points.title')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('ticket:points.point')}</th>
              <th scope="col">{t('ticket:points.at')}</th>
              <th scope="col">{t('ticket:points.claimedAt')}</th>
              <th scope="col">{t('ticket:points.receivedAt')}</th>
              <th scope="col">{t('words:hop.evidence')}</th>
              {canCorrect && (
                <th scope="col" className="screen-only">
                  {t('words:command.correct')}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {stampedPoints(ticket).map((stamped) => (
              <PointRow
                key={`${stamped.point} ${stamped.issueNo}.${stamped.legNo}`}
                stamped={stamped}
                ticket={ticket}
                names={names}
                hasRepeats={hasRepeats}
                onCorrect={canCorrect ? () => setTarget({ point: stamped, seen: ticket }) : null}
              />
            ))}
          </tbody>
        </table>
      </TableFrame>
      {target && <CorrectDialog ticket={target.seen} target={target.point} onClose={() => setTarget(null)} />}
    </>
  );
}

interface PointRowProps {
  readonly stamped: StampedPoint;
  readonly ticket: Ticket;
  readonly names: Names;
  readonly hasRepeats: boolean;
  readonly onCorrect: (() => void) | null;
}

function PointRow({ stamped, ticket, names, hasRepeats, onCorrect }: PointRowProps): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const time = useTime();
  const { point, issueNo, legNo, stamp } = stamped;
  const corrections = ticket.corrections.filter(
    (correction) => correction.point === point && correction.issueNo === issueNo && correction.legNo === legNo,
  );
  const way =
    legNo !== null
      ? t('ticket:target.leg', { no: legNo })
      : issueNo !== null
        ? t('ticket:target.issue', { no: issueNo })
        : '';
  return (
    <tr>
      <th scope="row">
        {point} {t(`words:point.${point}`)}
        {hasRepeats && way !== '' && <span className="quiet"> {way}</span>}
      </th>
      <td className="figures">
        <strong>{time(stamp.at, 'hh:mm:ss')}</strong>
        {corrections.map((correction) => (
          <span key={correction.now.receivedAt} className="correction">
            <del>{time(correction.was.at, 'hh:mm:ss')}</del>
            <span>
              {t('ticket:points.corrected', {
                who: names.actor(correction.by),
                when: time(correction.now.receivedAt, 'MM-DD hh:mm'),
                reason: correction.reason,
              })}
            </span>
          </span>
        ))}
      </td>
      <td className="figures">{time(stamp.claimedAt, 'hh:mm:ss')}</td>
      <td className="figures">{time(stamp.receivedAt, 'hh:mm:ss')}</td>
      <td>{t(`words:evidence.${stamp.evidence}`)}</td>
      {onCorrect && (
        <td className="screen-only">
          <Button
            label={t('ticket:correct.open')}
            name={t('ticket:correct.openPoint', { point })}
            onPress={onCorrect}
          />
        </td>
      )}
    </tr>
  );
}
