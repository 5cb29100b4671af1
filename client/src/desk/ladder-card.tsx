import { mayCommand } from '@faultline/shared/access/access.ts';
import type { User } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFromNow } from '../live/clock.ts';
import { Button } from '../parts/button.tsx';
import { PriorityMark } from '../parts/priority-mark.tsx';
import { Age } from '../parts/time-marks.tsx';
import { useRun } from '../ticket/action-run.ts';
import { LadderState } from '../ticket/ladder-state.tsx';
import type { Names } from '../ticket/names.ts';
import { useNames } from '../ticket/names.ts';
import { RungPicture } from '../ticket/rung-picture.tsx';
import { useDesk } from './desk-store.ts';
import '../ticket/calls.css';
import { HandCalls } from './hand-calls.tsx';
import type { LadderGroup, Ring, RunningLadder } from './ladders.ts';

/** More tickets than this are not read one by one; the others are counted and shown on demand. */
const MOST_ROWS = 8;

export interface LadderCardProps {
  readonly group: LadderGroup;
  readonly user: User;
  /** The card that the keys belong to. */
  readonly isFirst: boolean;
}

/** One department that is being phoned: whom it rings now, about which tickets, and what a person can do about it. */
export function LadderCard({ group, user, isFirst }: LadderCardProps): ReactNode {
  const { t } = useTranslation('desk');
  const names = useNames();
  const department = names.department(group.departmentId);
  const mayAct = group.ladders.every(({ ticket }) => mayCommand(user, 'record-call', ticket));
  return (
    <article className="call" data-priority={group.priority} aria-label={t('calls.department', { department })}>
      <header className="call-head">
        <h3>
          <PriorityMark priority={group.priority} isShort /> {department}
        </h3>
        {mayAct && <Holding group={group} isFirst={isFirst} />}
      </header>
      {group.rings.map((ring) => (
        <RingNow key={ring.key} ring={ring} names={names} />
      ))}
      <LadderRows group={group} names={names} />
      {mayAct && <HandCalls group={group} isFirst={isFirst} />}
    </article>
  );
}

/** Whoever takes the calls over has a few minutes, in which no phone rings by itself; they come back alone. */
function Holding({ group, isFirst }: Pick<LadderCardProps, 'group' | 'isFirst'>): ReactNode {
  const { t } = useTranslation('desk');
  const run = useRun();
  const [isBusy, setBusy] = useState(false);
  const heldUntil = Math.max(0, ...group.ladders.map(({ feedback }) => feedback.held?.until ?? 0));
  const isHeld = useFromNow((now) => heldUntil > now);
  const minutes = group.ladders[0]?.policy.holdMin ?? 0;
  const give = async (type: 'hold-calls' | 'release-calls', doneText: string): Promise<void> => {
    setBusy(true);
    for (const { ticket, feedback } of group.ladders) {
      if (type === 'release-calls' && feedback.held === null) continue;
      await run(ticket, { type, key: feedback.key }, { doneText });
    }
    setBusy(false);
  };
  return (
    <div className="choices">
      {isHeld && (
        <Button
          label={t('calls.release')}
          {...(isFirst ? { shortcut: 'u' } : {})}
          isBusy={isBusy}
          onPress={() => void give('release-calls', t('calls.released'))}
        />
      )}
      <Button
        label={t(isHeld ? 'calls.holdLonger' : 'calls.hold')}
        {...(isFirst ? { shortcut: 'h' } : {})}
        isBusy={isBusy}
        onPress={() => void give('hold-calls', t('calls.held', { count: minutes }))}
      />
    </div>
  );
}

/** The phone that rings now or rings next; the first of its ladders speaks for all that share it. */
function RingNow({ ring, names }: { readonly ring: Ring; readonly names: Names }): ReactNode {
  const { t } = useTranslation(['desk', 'ticket', 'words']);
  const speaker = speakerOf(ring);
  if (!speaker) return null;
  const { feedback, policy, ladder, expectedAt } = speaker;
  const { live } = ring;
  const facts = live
    ? [
        names.contactRole(live.contactRole),
        live.foundBy ? t(`words:foundBy.${live.foundBy}`) : '',
        live.number,
        names.line(live.line),
      ]
    : [];
  const round = ladder.round > 1 ? [t('ticket:ladder.round', { round: ladder.round })] : [];
  return (
    <div className="ring" data-ladder={ladder.state}>
      <p className="ring-now">
        <LadderState feedback={feedback} policy={policy} names={names} expectedAt={expectedAt} />
      </p>
      {(facts.length > 0 || round.length > 0) && (
        <p className="quiet">{[...facts, ...round].filter((fact) => fact !== '').join(' · ')}</p>
      )}
      <RungPicture feedback={feedback} policy={policy} names={names} />
    </div>
  );
}

function speakerOf({ ladders, live }: Ring): RunningLadder | undefined {
  return ladders.find((running) => live !== null && running.live === live) ?? ladders[0];
}

function LadderRows({ group, names }: { readonly group: LadderGroup; readonly names: Names }): ReactNode {
  const { t } = useTranslation('desk');
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? group.ladders : group.ladders.slice(0, MOST_ROWS);
  const more = group.ladders.length - shown.length;
  const speakers = new Set(group.rings.map(speakerOf));
  return (
    <>
      <ul className="call-items">
        {shown.map((running) => (
          <LadderRow
            key={`${running.ticket.id} ${running.feedback.key}`}
            running={running}
            isTold={isToldBy(running, speakers)}
            names={names}
          />
        ))}
      </ul>
      {more > 0 && <Button label={t('calls.more', { count: more })} onPress={() => setWhole(true)} />}
    </>
  );
}

/** Its state is the one of a ring above: the same call, or the same way of waiting for the same moment. */
function isToldBy({ ladder, live }: RunningLadder, speakers: ReadonlySet<RunningLadder | undefined>): boolean {
  return [...speakers].some(
    (speaker) =>
      speaker?.ladder.state === ladder.state &&
      speaker.ladder.dueAt === ladder.dueAt &&
      speaker.live?.callId === live?.callId,
  );
}

interface LadderRowProps {
  readonly running: RunningLadder;
  readonly isTold: boolean;
  readonly names: Names;
}

function LadderRow({ running, isTold, names }: LadderRowProps): ReactNode {
  const { t } = useTranslation('words');
  const { ticket, feedback, policy, expectedAt } = running;
  return (
    <li>
      <Button label={ticket.report.number} onPress={() => useDesk.getState().open('ticket', ticket.id)} />
      <span>
        <strong>{t(`feedback.${feedback.kind}`)}</strong> {ticket.report.place.street} · {ticket.report.faultText} ·{' '}
        <Age at={feedback.raisedAt} />
        {!isTold && (
          <span className="ladder-own">
            <LadderState feedback={feedback} policy={policy} names={names} expectedAt={expectedAt} />
          </span>
        )}
      </span>
    </li>
  );
}
