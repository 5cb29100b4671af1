import type { CallStep } from '@faultline/shared/escalation/call-task.ts';
import { callSteps, isLadderSpent, nextCallStep } from '@faultline/shared/escalation/call-task.ts';
import type { Contact, User } from '@faultline/shared/organisation/organisation.ts';
import type { CallOutcome } from '@faultline/shared/ticket/ticket.ts';
import { CALL_OUTCOMES } from '@faultline/shared/ticket/ticket.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import { contactsAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../live/api.ts';
import { useBoard } from '../live/board.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { Age } from '../parts/time-marks.tsx';
import { useRun } from '../ticket/action-run.ts';
import { Attempts } from '../ticket/feedback-list.tsx';
import { useNames } from '../ticket/names.ts';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { useDesk } from './desk-store.ts';
import type { CallTask } from './queues.ts';
import { callTasks } from './queues.ts';

/** Whom this desk has to phone, about what, in which order. A task ends when its hop is done, and never by a press. [E3] */
export function CallsPane({ user }: { readonly user: User }): ReactNode {
  const { t } = useTranslation('desk');
  const tickets = useBoard((state) => state.tickets);
  const ticketId = useDesk((state) => state.ticketId);
  const tasks = useMemo(() => callTasks(tickets.values(), user), [tickets, user]);
  const isSelected = ({ items }: CallTask): boolean => items.some(({ ticket }) => ticket.id === ticketId);
  const ordered = [...tasks.filter(isSelected), ...tasks.filter((task) => !isSelected(task))];
  return (
    <section className="calls" aria-label={t('queue.calls')}>
      <h2>
        {t('queue.calls')} <span className="count figures">{tasks.length}</span>
      </h2>
      <p className="quiet">{t('calls.hint')}</p>
      {tasks.length === 0 && <Empty title={t('calls.emptyTitle')} hint={t('calls.emptyHint')} />}
      {ordered.map((task, index) => (
        <CallCard key={task.departmentId} task={task} isFirst={index === 0} />
      ))}
    </section>
  );
}

function CallCard({ task, isFirst }: { readonly task: CallTask; readonly isFirst: boolean }): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const names = useNames();
  const { contacts, refusal, retry } = useContacts(task.departmentId);
  const refusalText = useRefusalText();
  return (
    <article
      className="call"
      aria-label={t('desk:calls.department', { department: names.department(task.departmentId) })}
    >
      <h3>{names.department(task.departmentId)}</h3>
      <ul className="call-items">
        {task.items.map(({ ticket, feedback }) => (
          <li key={feedback.key + ticket.id}>
            <Button label={ticket.report.number} onPress={() => useDesk.getState().open('ticket', ticket.id)} />
            <span>
              <strong>{t(`words:feedback.${feedback.kind}`)}</strong> {ticket.report.place.street} ·{' '}
              {ticket.report.faultText} · <Age at={feedback.raisedAt} />
            </span>
            {feedback.attempts.length > 0 && <Attempts feedback={feedback} names={names} />}
          </li>
        ))}
      </ul>
      {refusal && <Failed hint={refusalText(refusal)} onRetry={retry} />}
      {!refusal && contacts === null && <Loading />}
      {contacts?.length === 0 && <p className="problem-sum">{t('desk:calls.noContacts')}</p>}
      {contacts && contacts.length > 0 && <Ladder task={task} contacts={contacts} isFirst={isFirst} />}
    </article>
  );
}

interface LadderProps {
  readonly task: CallTask;
  readonly contacts: readonly Contact[];
  readonly isFirst: boolean;
}

/** The people in the order in which they are rung, and what came of the call. [E1] [E2] */
function Ladder({ task, contacts, isFirst }: LadderProps): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const steps = callSteps(contacts, task.items[0]?.feedback.attempts ?? []);
  const next = nextCallStep(steps);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const chosen = contacts.find(({ id }) => id === chosenId) ?? next?.contact ?? null;
  const [note, setNote] = useState('');
  const { record, isBusy } = useRecordCall(task);
  const finish = async (outcome: CallOutcome): Promise<void> => {
    if (!chosen) return;
    const isRecorded = await record(chosen, outcome, note);
    if (!isRecorded) return;
    setNote('');
    setChosenId(null);
  };
  return (
    <>
      {isLadderSpent(steps) && <p className="problem-sum">{t('desk:calls.spent')}</p>}
      <ol className="ladder">
        {steps.map((step) => (
          <LadderStep
            key={step.contact.id}
            step={step}
            isNext={step === next}
            isChosen={step.contact.id === chosen?.id}
            onChoose={() => setChosenId(step.contact.id)}
          />
        ))}
      </ol>
      {chosen && (
        <fieldset className="outcomes">
          <legend>{t('desk:calls.outcomeOf', { name: chosen.name })}</legend>
          <Field
            label={t('desk:calls.note')}
            maxLength={300}
            autoComplete="off"
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          <div className="choices">
            {CALL_OUTCOMES.map((outcome, index) => (
              <Button
                key={outcome}
                label={t(`words:callOutcome.${outcome}`)}
                {...(isFirst ? { shortcut: `Alt+${index + 1}` } : {})}
                isBusy={isBusy}
                onPress={() => void finish(outcome)}
              />
            ))}
          </div>
          <p className="quiet">{t('desk:calls.outcomeHint')}</p>
        </fieldset>
      )}
    </>
  );
}

interface LadderStepProps {
  readonly step: CallStep;
  readonly isNext: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function LadderStep({ step, isNext, isChosen, onChoose }: LadderStepProps): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const { contact, tries } = step;
  return (
    <li className="ladder-step" data-next={isNext || undefined}>
      <Button label={contact.name} isPressed={isChosen} onPress={onChoose} />
      <span>
        {t(`words:contactRole.${contact.role}`)}{' '}
        <a className="figures phone" href={`tel:${contact.phone}`}>
          {contact.phone}
        </a>
      </span>
      <span className="quiet">
        {tries > 0 && t('desk:calls.tries', { count: tries })} {isNext && <strong>{t('desk:calls.next')}</strong>}
      </span>
    </li>
  );
}

/** One call speaks of all hops that wait for the same department, so its outcome is kept on each of them. [E5] */
function useRecordCall(task: CallTask): {
  readonly record: (contact: Contact, outcome: CallOutcome, note: string) => Promise<boolean>;
  readonly isBusy: boolean;
} {
  const { t } = useTranslation(['desk', 'words']);
  const run = useRun();
  const [isBusy, setBusy] = useState(false);
  const record = async (contact: Contact, outcome: CallOutcome, note: string): Promise<boolean> => {
    setBusy(true);
    let isRecorded = true;
    for (const { ticket, feedback } of task.items) {
      const action = { type: 'record-call', key: feedback.key, contactId: contact.id, outcome, note } as const;
      const doneText = t('desk:calls.recorded', {
        name: contact.name,
        outcome: t(`words:callOutcome.${outcome}`),
        count: task.items.length,
      });
      isRecorded = (await run(ticket, action, { doneText })) && isRecorded;
    }
    setBusy(false);
    return isRecorded;
  };
  return { record, isBusy };
}

interface ContactsReading {
  readonly contacts: readonly Contact[] | null;
  readonly refusal: WireRefusal | null;
}

function useContacts(departmentId: string): ContactsReading & { readonly retry: () => void } {
  const [reading, setReading] = useState<ContactsReading>({ contacts: null, refusal: null });
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another round.
  useEffect(() => {
    const leaving = new AbortController();
    const read = async (): Promise<void> => {
      const answer = await get(`/api/contacts/${encodeURIComponent(departmentId)}`, contactsAnswerSchema, {
        signal: leaving.signal,
      });
      if (leaving.signal.aborted) return;
      setReading(
        answer.ok ? { contacts: answer.value.contacts, refusal: null } : { contacts: null, refusal: answer.refusal },
      );
    };
    void read();
    return () => leaving.abort();
  }, [departmentId, round]);
  return { ...reading, retry: () => setRound((before) => before + 1) };
}
