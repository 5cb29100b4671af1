import type { User } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAlarmSound } from '../live/alarm-sound.ts';
import { useBoard } from '../live/board.ts';
import { useTicketViews } from '../live/derived.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/states.tsx';
import { PageShell } from '../ticket/page-shell.tsx';
import { StaleDialog } from '../ticket/stale-dialog.tsx';
import { AcceptList } from './accept-list.tsx';
import { crewBoard, heldBy } from './crew-model.ts';
import { CrewVehicles } from './crew-vehicles.tsx';
import { RecallList } from './recall-list.tsx';
import { UnderWayList } from './under-way-list.tsx';

export function CrewPage(): ReactNode {
  const { t } = useTranslation(['crew', 'ticket']);
  const user = useBoard((state) => state.session?.user ?? null);
  const office = useBoard((state) => state.departments.get(state.session?.user.departmentId ?? '') ?? null);
  const nameOf = useName();
  return (
    <PageShell
      page="crew"
      title={office ? `${t('crew:title')} · ${nameOf(office.name)}` : t('crew:title')}
      links={<a href="/">{t('ticket:shell.home')}</a>}
    >
      {user &&
        (user.role === 'crew' && user.departmentId !== null ? (
          <Work user={user} crewId={user.departmentId} />
        ) : (
          <NotHere />
        ))}
      <StaleDialog />
    </PageShell>
  );
}

function NotHere(): ReactNode {
  const { t } = useTranslation('crew');
  return (
    <main>
      <Empty title={t('notHere.title')} hint={t('notHere.hint')} />
    </main>
  );
}

/** Left what waits for the duty person, in the middle what is under way, on the right the vehicles. */
function Work({ user, crewId }: { readonly user: User; readonly crewId: string }): ReactNode {
  const views = useTicketViews();
  const { toAccept, underWay, recalls } = useMemo(() => crewBoard(views, crewId), [views, crewId]);
  const held = useMemo(() => heldBy([...toAccept, ...underWay]), [toAccept, underWay]);
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const fresh = toAccept.filter(({ key }) => !seen.has(key)).map(({ key }) => key);
  return (
    <main className="crew">
      <NewsBanner count={fresh.length} onSeen={() => setSeen(new Set([...seen, ...fresh]))} />
      <div className="crew-column">
        {recalls.length > 0 && <RecallList tickets={recalls} />}
        <AcceptList tickets={toAccept} user={user} />
      </div>
      <UnderWayList tickets={underWay} user={user} />
      <CrewVehicles crewId={crewId} held={held} />
    </main>
  );
}

/** A new ticket rings until somebody has accepted it or has said that he has seen it. */
function NewsBanner({ count, onSeen }: { readonly count: number; readonly onSeen: () => void }): ReactNode {
  const { t } = useTranslation('crew');
  const [isMuted, setMuted] = useState(false);
  const isCutOff = useBoard((state) => state.status === 'cut-off');
  const sound = useAlarmSound(count > 0 && !isMuted && !isCutOff);
  return (
    <div className="crew-news">
      <div role="alert" className="crew-news-line">
        {count > 0 && (
          <>
            <strong>{t('news.title', { count })}</strong>
            <Button label={t('news.seen')} shortcut="k" onPress={onSeen} />
          </>
        )}
        {sound.state === 'held-back' && !isMuted && (
          <>
            <span>{t('sound.heldBack')}</span>
            <Button label={t('sound.allow')} onPress={sound.allow} />
          </>
        )}
      </div>
      <Button
        label={isMuted ? t('sound.unmute') : t('sound.mute')}
        isPressed={isMuted}
        onPress={() => setMuted(!isMuted)}
      />
    </div>
  );
}
