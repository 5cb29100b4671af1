import { can } from '@faultline/shared/access/access.ts';
import type { User } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useAlarmSound } from '../live/alarm-sound.ts';
import { useBoard } from '../live/board.ts';
import { useTicketViews } from '../live/derived.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/states.tsx';
import { PageShell } from '../ticket/page-shell.tsx';
import { StaleDialog } from '../ticket/stale-dialog.tsx';
import { AlarmPanel } from './alarm-panel.tsx';
import { CallsPane } from './calls-pane.tsx';
import { deskAlarms, mustSound } from './desk-alarms.ts';
import { DeskMap } from './desk-map.tsx';
import { PARTS, useDesk } from './desk-store.ts';
import { DispatchPane } from './dispatch-pane.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { IntakePane } from './intake-pane.tsx';
import { keepIntake } from './intake-store.ts';
import { IssuePane } from './issue-pane.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { LineBanner } from './readiness-panel.tsx';
import { TicketPane } from './ticket-pane.tsx';

export function Desk(): ReactNode {
  const { t } = useTranslation(['desk', 'ticket']);
  const user = useBoard((state) => state.session?.user ?? null);
  return (
    <PageShell
      page="desk"
      title={t('desk:title')}
      links={
        <>
          <a href="/">{t('ticket:shell.home')}</a>
          <a href="/wall">{t('ticket:shell.wall')}</a>
          <a href="/ticket">{t('ticket:shell.search')}</a>
          {user && can(user.role, 'late-hops.read') && <a href="/late">{t('ticket:shell.late')}</a>}
        </>
      }
    >
      {user && (isOfDesk(user) ? <Work user={user} /> : <NotHere />)}
      <StaleDialog />
      <HelpDialog />
    </PageShell>
  );
}

function isOfDesk({ role }: User): boolean {
  return role === 'agent' || role === 'lead' || role === 'centre-dispatcher';
}

function NotHere(): ReactNode {
  const { t } = useTranslation('desk');
  return (
    <main>
      <Empty title={t('notHere.title')} hint={t('notHere.hint')} />
    </main>
  );
}

/** Left what waits, in the middle where it is, on the right what is being done about it. */
function Work({ user }: { readonly user: User }): ReactNode {
  const { t } = useTranslation('desk');
  const views = useTicketViews();
  const part = useDesk((state) => state.part);
  const isMuted = useDesk((state) => state.isMuted);
  const isCutOff = useBoard((state) => state.status === 'cut-off');
  const alarms = useMemo(() => deskAlarms(views, user), [views, user]);
  const sound = useAlarmSound(mustSound(alarms) && !isMuted && !isCutOff);
  useEffect(() => keepIntake(user.id), [user.id]);
  useEffect(() => {
    if (user.role === 'agent' && useDesk.getState().ticketId === null) useDesk.setState({ pane: 'intake' });
  }, [user.role]);
  return (
    <main className="desk" data-part={part}>
      <div className="desk-banners">
        <LineBanner />
        {mustSound(alarms) && !isMuted && sound.state !== 'ready' && (
          <div className="sound-banner" role="alert">
            <strong>{t('sound.heldBack')}</strong>
            <Button label={t('sound.allow')} kind="main" onPress={sound.allow} />
          </div>
        )}
      </div>
      <PartSwitch alarmCount={alarms.filter(({ alarm }) => alarm.acknowledged === null).length} />
      <QueuePanel views={views} user={user} />
      <AlarmPanel alarms={alarms} />
      <DeskMap views={views} user={user} />
      <WorkSide user={user} />
    </main>
  );
}

function PartSwitch({ alarmCount }: { readonly alarmCount: number }): ReactNode {
  const { t } = useTranslation('desk');
  const { part, choose } = useDesk();
  return (
    <nav className="part-switch" aria-label={t('part.label')}>
      {PARTS.map((candidate) => (
        <Button
          key={candidate}
          label={
            <>
              {t(`part.${candidate}`)}
              {candidate === 'alarms' && alarmCount > 0 && <span className="count figures">{alarmCount}</span>}
            </>
          }
          isPressed={candidate === part}
          onPress={() => choose({ part: candidate })}
        />
      ))}
    </nav>
  );
}

function WorkSide({ user }: { readonly user: User }): ReactNode {
  const { t } = useTranslation('desk');
  const pane = useDesk((state) => state.pane);
  const isMuted = useDesk((state) => state.isMuted);
  const { open, choose } = useDesk.getState();
  return (
    <section className="work" aria-label={t('part.work')}>
      <div className="work-tools">
        {can(user.role, 'ticket.open') && (
          <Button label={t('intake.open')} shortcut="n" isPressed={pane === 'intake'} onPress={() => open('intake')} />
        )}
        <Button label={t('queue.calls')} shortcut="l" isPressed={pane === 'calls'} onPress={() => open('calls')} />
        <span className="work-tools-end">
          <Button
            label={t('sound.mute')}
            shortcut="s"
            isPressed={isMuted}
            onPress={() => choose({ isMuted: !isMuted })}
          />
          <Button label="?" name={t('help.open')} shortcut="?" onPress={() => choose({ isHelpOpen: true })} />
        </span>
      </div>
      <div className="work-body">
        {pane === 'intake' && <IntakePane user={user} />}
        {pane === 'ticket' && <TicketPane user={user} />}
        {pane === 'issue' && <IssuePane user={user} />}
        {pane === 'dispatch' && <DispatchPane user={user} />}
        {pane === 'calls' && <CallsPane user={user} />}
      </div>
    </section>
  );
}
