import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import type { HandOutcome } from '@faultline/shared/ticket/ticket.ts';
import { HAND_OUTCOMES } from '@faultline/shared/ticket/ticket.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import { contactsAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../live/api.ts';
import { useBoard } from '../live/board.ts';
import { phoneStateOf } from '../live/phone-state.ts';
import { Button } from '../parts/button.tsx';
import { Checkbox, Field } from '../parts/field.tsx';
import { PhoneMark } from '../parts/phone-mark.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { Countdown } from '../parts/time-marks.tsx';
import { useRun } from '../ticket/action-run.ts';
import { useRefusalText } from '../ticket/refusal-text.ts';
import type { LadderGroup, RunningLadder } from './ladders.ts';
import { callsTo, contactsFor, contactToRing, laddersAbout, manualDeadline, needsHand } from './ladders.ts';

export interface HandCallsProps {
  readonly group: LadderGroup;
  readonly isFirst: boolean;
}

/**
 * For somebody who rings himself. It opens by itself where a person has to, and never closes by itself: whoever has
 * begun to write down a call must not lose sight of it.
 */
export function HandCalls({ group, isFirst }: HandCallsProps): ReactNode {
  const { t } = useTranslation('desk');
  const isNeeded = isFirst || needsHand(group);
  const [isOpen, setOpen] = useState(isNeeded);
  const [wasOpen, setWasOpen] = useState(isNeeded);
  useEffect(() => {
    if (isNeeded) setOpen(true);
  }, [isNeeded]);
  const follow = (isOpenNow: boolean): void => {
    setOpen(isOpenNow);
    if (isOpenNow) setWasOpen(true);
  };
  return (
    <details className="hand-calls" open={isOpen} onToggle={(event) => follow(event.currentTarget.open)}>
      <summary>{t('calls.byHand')}</summary>
      {wasOpen && <People group={group} isFirst={isFirst} />}
    </details>
  );
}

/** The people of the department with their numbers. */
function People({ group, isFirst }: HandCallsProps): ReactNode {
  const { t } = useTranslation('desk');
  const { contacts, refusal, retry } = useContacts(group.departmentId);
  const refusalText = useRefusalText();
  if (refusal) return <Failed hint={refusalText(refusal)} onRetry={retry} />;
  if (contacts === null) return <Loading />;
  const people = contactsFor(group, contacts);
  if (people.length === 0) return <p className="problem-sum">{t('calls.noContacts')}</p>;
  return <HandForm group={group} contacts={people} isFirst={isFirst} />;
}

interface HandFormProps extends HandCallsProps {
  readonly contacts: readonly Contact[];
}

/** Who was rung by hand, and what came of it; what was typed stays until it has been recorded. [E2] */
function HandForm({ group, contacts, isFirst }: HandFormProps): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const [note, setNote] = useState('');
  const { record, isBusy } = useRecordCall();
  const proposed = contactToRing(group, contacts);
  const chosen = contacts.find(({ id }) => id === chosenId) ?? proposed;
  const about = chosen ? laddersAbout(group, chosen) : [];
  const spoken = about.filter((running) => !leftOut.has(hopKey(running)));
  const finish = async (outcome: HandOutcome): Promise<void> => {
    if (!chosen || !(await record(spoken, chosen, outcome, note))) return;
    setNote('');
    setChosenId(null);
    setLeftOut(new Set());
  };
  return (
    <>
      <ol className="ladder" aria-label={t('desk:calls.people')}>
        {contacts.map((contact) => (
          <Person
            key={contact.id}
            contact={contact}
            group={group}
            isProposed={contact === proposed}
            isChosen={contact === chosen}
            onChoose={() => setChosenId(contact.id)}
          />
        ))}
      </ol>
      {chosen && (
        <fieldset className="outcomes">
          <legend>{t('desk:calls.outcomeOf', { name: chosen.name })}</legend>
          {about.length > 1 && <SpokenAbout about={about} leftOut={leftOut} onChange={setLeftOut} />}
          <Field
            label={t('desk:calls.note')}
            maxLength={300}
            autoComplete="off"
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          <div className="choices">
            {HAND_OUTCOMES.map((outcome, index) => (
              <Button
                key={outcome}
                label={t(`words:callOutcome.${outcome}`)}
                {...(isFirst ? { shortcut: `Alt+${index + 1}` } : {})}
                isBusy={isBusy}
                isDisabled={spoken.length === 0}
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

interface SpokenAboutProps {
  readonly about: readonly RunningLadder[];
  readonly leftOut: ReadonlySet<string>;
  readonly onChange: (leftOut: ReadonlySet<string>) => void;
}

/** One call can be about all that waits; what was not spoken of is left out by a tick. [E5] */
function SpokenAbout({ about, leftOut, onChange }: SpokenAboutProps): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const toggle = (key: string): void => {
    const next = new Set(leftOut);
    if (!next.delete(key)) next.add(key);
    onChange(next);
  };
  return (
    <details className="spoken">
      <summary>
        {t('desk:calls.spoken', {
          spoken: about.filter((running) => !leftOut.has(hopKey(running))).length,
          all: about.length,
        })}
      </summary>
      {about.map((running) => (
        <Checkbox
          key={hopKey(running)}
          label={`${running.ticket.report.number} ${t(`words:feedback.${running.feedback.kind}`)}`}
          checked={!leftOut.has(hopKey(running))}
          onChange={() => toggle(hopKey(running))}
        />
      ))}
    </details>
  );
}

function hopKey({ ticket, feedback }: RunningLadder): string {
  return `${ticket.id} ${feedback.key}`;
}

interface PersonProps {
  readonly contact: Contact;
  readonly group: LadderGroup;
  readonly isProposed: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Person({ contact, group, isProposed, isChosen, onChoose }: PersonProps): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const calls = callsTo(group, contact.id);
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const calling = group.ladders.find(({ live }) => live?.contactId === contact.id);
  const phone = calling?.live ? phoneStateOf(calling.live) : null;
  const until = calling ? manualDeadline(calling) : null;
  return (
    <li className="ladder-step" data-next={isProposed || undefined} data-asked={until !== null || undefined}>
      <Button label={contact.name} isPressed={isChosen} onPress={onChoose} />
      <span>
        {t(`words:contactRole.${contact.role}`)}{' '}
        {contact.phone === '' ? (
          <strong className="warning">{t('words:finding.no-number')}</strong>
        ) : (
          <a className="figures phone" href={`tel:${contact.phone}`}>
            {contact.phone}
          </a>
        )}
      </span>
      <span className="quiet">
        {calls > 0 && t('desk:calls.tries', { count: calls })} {phone && <PhoneMark state={phone} />}{' '}
        {until !== null && <Countdown deadlineAt={until} isUnknown={isUnknown} />}
        {phone === null && isProposed && <strong>{t('desk:calls.next')}</strong>}
      </span>
    </li>
  );
}

/** One call speaks of several hops, so its outcome is kept on each of them. [E5] */
function useRecordCall(): {
  readonly record: (
    about: readonly RunningLadder[],
    contact: Contact,
    outcome: HandOutcome,
    note: string,
  ) => Promise<boolean>;
  readonly isBusy: boolean;
} {
  const { t } = useTranslation(['desk', 'words']);
  const run = useRun();
  const [isBusy, setBusy] = useState(false);
  const record = async (
    about: readonly RunningLadder[],
    contact: Contact,
    outcome: HandOutcome,
    note: string,
  ): Promise<boolean> => {
    setBusy(true);
    let isRecorded = true;
    const doneText = t('desk:calls.recorded', {
      name: contact.name,
      outcome: t(`words:callOutcome.${outcome}`),
      count: about.length,
    });
    for (const { ticket, feedback } of about) {
      const action = { type: 'record-call', key: feedback.key, contactId: contact.id, outcome, note } as const;
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
