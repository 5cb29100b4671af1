import type { User } from '@faultline/shared/organisation/organisation.ts';
import { AREA_CLASSES } from '@faultline/shared/ticket/policy.ts';
import type { FaultClass } from '@faultline/shared/ticket/ticket.ts';
import { FAULT_CLASSES } from '@faultline/shared/ticket/ticket.ts';
import type { FormEvent, ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { serverClock, useFromNow } from '../live/clock.ts';
import { openTicket } from '../live/commands.ts';
import { Button } from '../parts/button.tsx';
import { Checkbox, Field, Select } from '../parts/field.tsx';
import { useNotices } from '../parts/notices.tsx';
import { useTime } from '../text/use-time.ts';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { TimeField } from '../ticket/time-field.tsx';
import { useDesk } from './desk-store.ts';
import { Duplicates } from './duplicates.tsx';
import type { IntakeProblem } from './intake-draft.ts';
import { openBodyOf, problemsOf } from './intake-draft.ts';
import { useIntake } from './intake-store.ts';
import type { OpenedTicket } from './opened-card.tsx';
import { OpenedCard } from './opened-card.tsx';
import { PaperSteps } from './paper-steps.tsx';
import { useStreet } from './use-street.ts';

export type ProblemText = (field: IntakeProblem['field']) => string | null;

/** A new ticket. Nothing here waits for a look-up, and nothing typed is lost. [Q7] */
export function IntakePane({ user }: { readonly user: User }): ReactNode {
  const { t } = useTranslation(['desk', 'common']);
  const { draft, isRestored, change, clear } = useIntake();
  const form = useRef<HTMLFormElement>(null);
  const [isTried, setTried] = useState(false);
  const [tries, setTries] = useState(0);
  const [opened, setOpened] = useState<OpenedTicket | null>(null);
  const problems = useProblems();
  const problemText = useProblemText(isTried ? problems : []);
  const { save, isBusy } = useSave((ticket) => {
    setOpened(ticket);
    setTried(false);
  });
  useStreet();
  // A refused save leads to the first thing that is wrong, for hands that never leave the keyboard.
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [tries]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (problems.length === 0) void save();
    else setTries((before) => before + 1);
  };
  return (
    <div className="intake">
      {opened && <OpenedCard key={opened.id} opened={opened} user={user} onUndone={() => setOpened(null)} />}
      <form ref={form} aria-label={t('desk:intake.title')} noValidate onSubmit={submit}>
        <header className="ticket-head">
          <h2>{t('desk:intake.title')}</h2>
          {isRestored && <span className="quiet">{t('desk:intake.restored')}</span>}
          <Button label={t('desk:intake.clear')} onPress={clear} />
        </header>
        <PlaceFields problemText={problemText} />
        <Duplicates />
        <FaultFields problemText={problemText} />
        <CallerFields problemText={problemText} />
        <Checkbox
          label={t('desk:intake.fromPaper')}
          checked={draft.isFromPaper}
          onChange={(event) => change({ isFromPaper: event.target.checked })}
        />
        {draft.isFromPaper ? <PaperSteps problemText={problemText} /> : <CallEnded problemText={problemText} />}
        {isTried && problems.length > 0 && (
          <p className="problem-sum" role="alert">
            {t('desk:intake.problems', { count: problems.length })}
          </p>
        )}
        <div className="form-foot">
          <Button type="submit" label={t('desk:intake.save')} kind="main" shortcut="Ctrl+Enter" isBusy={isBusy} />
        </div>
      </form>
    </div>
  );
}

interface PartProps {
  readonly problemText: ProblemText;
}

function PlaceFields({ problemText }: PartProps): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const { draft, change } = useIntake();
  const { position } = draft;
  return (
    <fieldset className="fields">
      <legend>{t('desk:intake.place')}</legend>
      <p className="position" data-missing={problemText('position') !== null || undefined}>
        {position ? (
          <>
            <span className="figures">
              {position.lon.toFixed(5)}, {position.lat.toFixed(5)}
            </span>{' '}
            <Button label={t('desk:intake.clearPlace')} onPress={() => change({ position: null })} />
          </>
        ) : (
          (problemText('position') ?? t('desk:intake.pickHint'))
        )}
        <span className="narrow-only">
          <Button label={t('desk:part.map')} onPress={() => useDesk.getState().choose({ part: 'map' })} />
        </span>
      </p>
      <Field
        label={t('desk:intake.street')}
        required
        maxLength={120}
        autoComplete="off"
        value={draft.street}
        hint={t('desk:intake.streetHint')}
        error={problemText('street')}
        onChange={(event) => change({ street: event.target.value, isStreetTyped: event.target.value !== '' })}
      />
      <Field
        label={t('desk:intake.area')}
        maxLength={60}
        autoComplete="off"
        value={draft.area}
        onChange={(event) => change({ area: event.target.value })}
      />
      <Select
        label={t('desk:intake.areaClass')}
        value={draft.areaClass}
        options={AREA_CLASSES.map((value) => ({ value, text: t(`words:areaClass.${value}`) }))}
        onChange={(event) => {
          const areaClass = AREA_CLASSES.find((known) => known === event.target.value);
          if (areaClass) change({ areaClass });
        }}
      />
      <Field
        label={t('desk:intake.address')}
        maxLength={200}
        autoComplete="off"
        hint={t('desk:intake.addressHint')}
        value={draft.address}
        onChange={(event) => change({ address: event.target.value })}
      />
    </fieldset>
  );
}

/** What callers say most; a press fills the text and the class that goes with it. */
const QUICK_FAULTS = [
  ['flat', 'service-drop-or-meter'],
  ['building', 'low-voltage'],
  ['estate', 'medium-voltage'],
  ['wire', 'public-hazard'],
  ['smoke', 'public-hazard'],
  ['voltage', 'low-voltage'],
  ['meter', 'service-drop-or-meter'],
] as const satisfies readonly (readonly [string, FaultClass])[];

function FaultFields({ problemText }: PartProps): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const { draft, change } = useIntake();
  return (
    <fieldset className="fields">
      <legend>{t('desk:intake.fault')}</legend>
      <fieldset className="choices fields-wide" aria-label={t('desk:intake.quick')}>
        {QUICK_FAULTS.map(([key, faultClass]) => {
          const faultText = t(`desk:quick.${key}`);
          return (
            <Button
              key={key}
              label={faultText}
              isPressed={draft.faultText === faultText}
              onPress={() => change({ faultText, faultClass })}
            />
          );
        })}
      </fieldset>
      <Field
        label={t('desk:intake.faultText')}
        hint={t('desk:intake.faultHint')}
        required
        maxLength={300}
        autoComplete="off"
        value={draft.faultText}
        error={problemText('faultText')}
        onChange={(event) => change({ faultText: event.target.value })}
      />
      <Select
        label={t('desk:intake.faultClass')}
        value={draft.faultClass}
        options={FAULT_CLASSES.map((value) => ({ value, text: t(`words:faultClass.${value}`) }))}
        onChange={(event) => {
          const faultClass = FAULT_CLASSES.find((known) => known === event.target.value);
          if (faultClass) change({ faultClass });
        }}
      />
    </fieldset>
  );
}

function CallerFields({ problemText }: PartProps): ReactNode {
  const { t } = useTranslation('desk');
  const { draft, change } = useIntake();
  return (
    <fieldset className="fields">
      <legend>{t('intake.caller')}</legend>
      <Field
        label={t('intake.callerName')}
        maxLength={60}
        autoComplete="off"
        value={draft.callerName}
        onChange={(event) => change({ callerName: event.target.value })}
      />
      <Field
        label={t('intake.callerPhone')}
        type="tel"
        inputMode="tel"
        autoComplete="off"
        maxLength={30}
        value={draft.callerPhone}
        error={problemText('callerPhone')}
        onChange={(event) => change({ callerPhone: event.target.value })}
      />
      <Field
        label={t('intake.note')}
        maxLength={300}
        autoComplete="off"
        value={draft.note}
        onChange={(event) => change({ note: event.target.value })}
      />
    </fieldset>
  );
}

/** A: the moment at which the customer hung up; without a press it is the moment of saving. */
function CallEnded({ problemText }: PartProps): ReactNode {
  const { t } = useTranslation('desk');
  const time = useTime();
  const { draft, change } = useIntake();
  return (
    <fieldset className="fields">
      <legend>{t('intake.callEnded')}</legend>
      <Button
        label={t('intake.callEndedNow')}
        shortcut="Alt+h"
        isPressed={draft.callEndedAt !== null}
        // The second that the screen shows: a moment within it would be later than the clock that judges the draft.
        onPress={() => change({ callEndedAt: serverClock.second() })}
      />
      {draft.callEndedAt === null ? (
        <p className="quiet">{t('intake.callRunning')}</p>
      ) : (
        <>
          <p>
            A <strong className="figures">{time(draft.callEndedAt, 'hh:mm:ss')}</strong>{' '}
            <Button label={t('intake.callGoesOn')} onPress={() => change({ callEndedAt: null })} />
          </p>
          <TimeField
            label={t('intake.callEndedAt')}
            value={draft.callEndedAt}
            error={problemText('callEndedAt')}
            onChange={(callEndedAt) => change({ callEndedAt })}
          />
        </>
      )}
    </fieldset>
  );
}

/** Renders when the set of problems changes, not with every second that passes. */
function useProblems(): readonly IntakeProblem[] {
  const draft = useIntake((state) => state.draft);
  useFromNow((now) => JSON.stringify(problemsOf(draft, now)));
  return problemsOf(draft, serverClock.second());
}

function useProblemText(problems: readonly IntakeProblem[]): ProblemText {
  const { t } = useTranslation('desk');
  return (field) => {
    const problem = problems.find((candidate) => candidate.field === field);
    if (!problem) return null;
    switch (problem.because) {
      case 'missing':
        return t(`intake.missing.${problem.field}`);
      case 'not-a-number':
        return t('intake.problem.notANumber');
      case 'future':
        return t('intake.problem.future');
      case 'too-old':
        return t('intake.problem.tooOld');
      case 'before-earlier':
        return t('intake.problem.beforeEarlier', { point: problem.than });
      case 'needs':
        return t('intake.problem.needs', { point: problem.point });
    }
  };
}

function useSave(onOpened: (ticket: OpenedTicket) => void): {
  readonly save: () => Promise<void>;
  readonly isBusy: boolean;
} {
  const { t } = useTranslation('desk');
  const refusalText = useRefusalText();
  const vehicles = useBoard((state) => state.vehicles);
  const [isBusy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    const { draft, clear } = useIntake.getState();
    const crewOf = (vehicleId: string): string | null => vehicles.find(({ id }) => id === vehicleId)?.crewId ?? null;
    const body = openBodyOf(draft, serverClock.now(), crewOf);
    if (!body || isBusy) return;
    setBusy(true);
    const answer = await openTicket(body);
    setBusy(false);
    const { show } = useNotices.getState();
    if (!answer.ok) return show('refused', refusalText(answer.refusal));
    const { ticketId, number } = answer.value;
    show('done', t('intake.done', { number }));
    clear();
    onOpened({ id: ticketId, number, openedAt: serverClock.now() });
  };
  return { save, isBusy };
}
