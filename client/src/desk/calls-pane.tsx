import type { User } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard, useEscalationStatus } from '../live/board.ts';
import { Empty } from '../parts/states.tsx';
import { useDesk } from './desk-store.ts';
import { LadderCard } from './ladder-card.tsx';
import type { LadderGroup } from './ladders.ts';
import { ladderGroups } from './ladders.ts';
import { ReadinessPanel } from './readiness-panel.tsx';

const NOBODY_WAITS = [] as const;

/** Every running ladder that this desk may see, and whether the next one would work. It ends with its hop alone. [E3] */
export function CallsPane({ user }: { readonly user: User }): ReactNode {
  const { t } = useTranslation('desk');
  const groups = useLadderGroups(user);
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const ticketId = useDesk((state) => state.ticketId);
  const isSelected = ({ ladders }: LadderGroup): boolean => ladders.some(({ ticket }) => ticket.id === ticketId);
  const urgent = groups.filter(({ isOurs, priority }) => isOurs || priority === 1);
  const ordered = [...urgent.filter(isSelected), ...urgent.filter((group) => !isSelected(group))];
  const others = groups.filter((group) => !urgent.includes(group));
  return (
    <section className="calls" aria-label={t('queue.calls')}>
      <h2>
        {t('queue.calls')} <span className="count figures">{urgent.length}</span>
      </h2>
      <ReadinessPanel user={user} />
      <p className="quiet">{t('calls.hint')}</p>
      {ordered.length === 0 && (
        <Empty
          title={t(isUnknown ? 'calls.unknownTitle' : 'calls.emptyTitle')}
          hint={t(isUnknown ? 'calls.unknownHint' : 'calls.emptyHint')}
        />
      )}
      {ordered.map((group, index) => (
        <LadderCard key={group.departmentId} group={group} user={user} isFirst={index === 0} />
      ))}
      {others.length > 0 && (
        <details className="other-calls" open={others.some(isSelected)}>
          <summary>{t('calls.others', { count: others.length })}</summary>
          <div className="calls">
            {others.map((group) => (
              <LadderCard key={group.departmentId} group={group} user={user} isFirst={false} />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}

function useLadderGroups(user: User): readonly LadderGroup[] {
  const tickets = useBoard((state) => state.tickets);
  const policies = useBoard((state) => state.policies);
  const status = useEscalationStatus();
  const waiting = status?.waiting ?? NOBODY_WAITS;
  const waitingAt = status?.at ?? 0;
  return useMemo(
    () => ladderGroups({ tickets: tickets.values(), policies, waiting, waitingAt, who: user }),
    [tickets, policies, waiting, waitingAt, user],
  );
}
