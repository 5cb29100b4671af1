import { phaseOf } from '@faultline/shared/ticket/ticket.ts';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { Button } from '../parts/button.tsx';
import { distanceParts } from '../text/format.ts';
import { useTime } from '../text/use-time.ts';
import { useDesk } from './desk-store.ts';
import { likelyDuplicates } from './intake-draft.ts';
import { useIntake } from './intake-store.ts';

/** Faults nearby that are being worked on already: the caller can be told while he is still there. [Q2] */
export function Duplicates(): ReactNode {
  const { t } = useTranslation(['desk', 'words', 'common']);
  const time = useTime();
  const draft = useIntake((state) => state.draft);
  const tickets = useBoard((state) => state.tickets);
  const found = useMemo(() => likelyDuplicates(draft, tickets.values()), [draft, tickets]);
  if (found.length === 0) return null;
  return (
    <section className="duplicates" aria-label={t('desk:duplicates.title')}>
      <h3>{t('desk:duplicates.title')}</h3>
      <ul>
        {found.map(({ ticket, distanceM }) => {
          const distance = distanceM === null ? null : distanceParts(distanceM);
          return (
            <li key={ticket.id}>
              <Button
                label={ticket.report.number}
                name={t('desk:duplicates.open', { number: ticket.report.number })}
                onPress={() => useDesk.getState().open('ticket', ticket.id)}
              />
              <span>
                {ticket.report.place.street} · {ticket.report.faultText} · {t(`words:phase.${phaseOf(ticket)}`)} ·{' '}
                {time(ticket.A.at, 'hh:mm')}
                {distance && ` · ${t(`common:distance.${distance.unit}`, { count: distance.count })}`}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
