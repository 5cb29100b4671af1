import { mayCommand } from '@faultline/shared/access/access.ts';
import type { User } from '@faultline/shared/organisation/organisation.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { VehicleProposal } from '@faultline/shared/vehicle/proposal.ts';
import { proposeVehicles } from '@faultline/shared/vehicle/proposal.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { serverClock, useFromNow } from '../live/clock.ts';
import { useTicketView } from '../live/derived.ts';
import type { TicketView } from '../live/ticket-view.ts';
import { Button } from '../parts/button.tsx';
import { Checkbox, Field } from '../parts/field.tsx';
import { Empty } from '../parts/states.tsx';
import { Age, Countdown } from '../parts/time-marks.tsx';
import { distanceParts } from '../text/format.ts';
import { useRun, useRuns } from '../ticket/action-run.ts';
import { useNames } from '../ticket/names.ts';
import { useDesk } from './desk-store.ts';
import { positions } from './live-parts.ts';

/** Positions move all the time; a list that reorders under the eye is worse than one that is a few seconds old. */
const RANK_EVERY = 10 * SECOND;
const MOST_SHOWN = 40;

/** Which vehicle goes: ranked with the reasons, chosen by its figure, sent to crew and vehicle at the same moment. [V7] */
export function DispatchPane({ user }: { readonly user: User }): ReactNode {
  const { t } = useTranslation('desk');
  const view = useTicketView(useDesk((state) => state.ticketId));
  if (!view || !mayCommand(user, 'dispatch', view.ticket))
    return <Empty title={t('pane.nothingTitle')} hint={t('pane.nothingHint')} />;
  return <Dispatch key={view.ticket.id} view={view} />;
}

function Dispatch({ view }: { readonly view: TicketView }): ReactNode {
  const { t } = useTranslation(['desk', 'ticket', 'words', 'common']);
  const names = useNames();
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const { ticket, hop, promise } = view;
  const [filter, setFilter] = useState('');
  const [vehicleId, setVehicleId] = useState<string | null>(null);
  // The ticket as it was when the vehicle was chosen: what others have done since is shown before anything is sent. [T6]
  const [seen, setSeen] = useState(ticket);
  const [supportIds, setSupportIds] = useState<readonly string[]>([]);
  const choices = useChoices(view, filter);
  const chosen = choices.find(({ vehicle }) => vehicle.id === vehicleId) ?? null;
  const isBusy = useRuns((state) => state.busyTicketId === ticket.id);
  const run = useRun();
  const { open, choose } = useDesk.getState();
  const pick = (id: string): void => {
    setVehicleId(id);
    setSeen(ticket);
    setSupportIds((before) => before.filter((other) => other !== id));
    choose({ vehicleId: id });
  };
  const send = ({ vehicle }: VehicleProposal): void => {
    const action: PersonalAction = {
      type: 'dispatch',
      crewId: vehicle.crewId,
      vehicleId: vehicle.id,
      supportVehicleIds: [...supportIds],
    };
    void run(seen, action, {
      doneText: t('ticket:done.dispatch', { number: ticket.report.number }),
      onDone: () => open('ticket'),
    });
  };
  return (
    <section className="choice-pane" aria-label={t('words:command.dispatch')}>
      <header className="ticket-head">
        <h2>{t('desk:dispatch.title', { number: ticket.report.number })}</h2>
        {hop && <Countdown deadlineAt={hop.deadline} isUnknown={isUnknown} />}
        <Button label={t('common:action.back')} shortcut="q" onPress={() => open('ticket')} />
      </header>
      <p>
        {ticket.report.place.street} · {t(`words:faultClass.${ticket.report.faultClass}`)} · {ticket.report.faultText} ·{' '}
        {t('desk:list.promise')} <Countdown deadlineAt={promise.due} isUnknown={isUnknown} />
      </p>
      <Field
        label={t('desk:dispatch.search')}
        type="search"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      {choices.length === 0 && <Empty title={t('desk:dispatch.noneTitle')} hint={t('desk:dispatch.noneHint')} />}
      <ol className="options vehicles" aria-label={t('desk:dispatch.choose')}>
        {choices.slice(0, MOST_SHOWN).map((choice, index) => (
          <Choice
            key={choice.vehicle.id}
            choice={choice}
            figure={index < 9 ? String(index + 1) : null}
            isChosen={choice === chosen}
            isSupport={supportIds.includes(choice.vehicle.id)}
            onChoose={() => pick(choice.vehicle.id)}
            onSupport={(isSupport) =>
              setSupportIds((before) => [
                ...before.filter((id) => id !== choice.vehicle.id),
                ...(isSupport ? [choice.vehicle.id] : []),
              ])
            }
          />
        ))}
      </ol>
      {choices.length > MOST_SHOWN && (
        <p className="quiet">{t('desk:dispatch.shown', { shown: MOST_SHOWN, all: choices.length })}</p>
      )}
      {chosen && (
        <div className="form-foot">
          <Button
            label={
              supportIds.length > 0
                ? t('desk:dispatch.confirmWithSupport', {
                    vehicle: names.vehicle(chosen.vehicle.id),
                    count: supportIds.length,
                  })
                : t('desk:dispatch.confirm', { vehicle: names.vehicle(chosen.vehicle.id) })
            }
            kind="main"
            shortcut="Ctrl+Enter"
            isBusy={isBusy}
            onPress={() => send(chosen)}
          />
        </div>
      )}
    </section>
  );
}

/** Ranked anew every few seconds and when the ticket changes, not with every event elsewhere. */
function useChoices({ ticket }: TicketView, filter: string): readonly VehicleProposal[] {
  const names = useNames();
  const vehicles = useBoard((state) => state.vehicles);
  const trades = useBoard((state) => state.trades);
  const round = useFromNow((now) => Math.floor(now / RANK_EVERY));
  // biome-ignore lint/correctness/useExhaustiveDependencies: positions live outside React; the round reads them anew.
  const ranked = useMemo(() => {
    const { departments, tickets, policies } = useBoard.getState();
    return proposeVehicles({
      ticket,
      vehicles,
      positionOf: ({ index }) => positions.of(index),
      openTickets: tickets.values(),
      departments,
      trades,
      policies,
      now: serverClock.second(),
    });
  }, [ticket, vehicles, trades, round]);
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return ranked;
  return ranked.filter(({ vehicle }) => {
    const tradeNames = trades
      .filter(({ id }) => vehicle.tradeIds.includes(id))
      .map(({ name }) => `${name.zh} ${name.en}`);
    return [names.vehicle(vehicle.id), names.department(vehicle.crewId), ...tradeNames]
      .join(' ')
      .toLowerCase()
      .includes(wanted);
  });
}

interface ChoiceProps {
  readonly choice: VehicleProposal;
  readonly figure: string | null;
  readonly isChosen: boolean;
  readonly isSupport: boolean;
  readonly onChoose: () => void;
  readonly onSupport: (isSupport: boolean) => void;
}

function Choice({ choice, figure, isChosen, isSupport, onChoose, onSupport }: ChoiceProps): ReactNode {
  const { t } = useTranslation(['desk', 'words', 'common']);
  const names = useNames();
  const { vehicle, state, obstacle } = choice;
  const isOff = obstacle === 'off-duty';
  return (
    <li className="option vehicle-option" data-chosen={isChosen || undefined} data-obstacle={obstacle ?? undefined}>
      <Button
        label={names.vehicle(vehicle.id)}
        {...(figure === null || isOff ? {} : { shortcut: figure })}
        isPressed={isChosen}
        isDisabled={isOff}
        onPress={onChoose}
      />
      <span className="option-main">
        <strong>{t(`words:vehicleState.${state}`)}</strong> {names.department(vehicle.crewId)}
        {choice.isOfCentre && <span className="quiet"> {t('desk:dispatch.crewOfCentre')}</span>}
      </span>
      <span className="option-figures figures">
        <Arrival choice={choice} />
      </span>
      <Reasons choice={choice} />
      {!isChosen && !isOff && (
        <Checkbox
          label={t('desk:dispatch.support')}
          aria-label={t('desk:dispatch.supportOf', { vehicle: names.vehicle(vehicle.id) })}
          checked={isSupport}
          onChange={(event) => onSupport(event.target.checked)}
        />
      )}
    </li>
  );
}

/** When it would be there, with its range: a single figure would promise what nobody knows. [V7] */
function Arrival({ choice: { distanceM, arrival } }: { readonly choice: VehicleProposal }): ReactNode {
  const { t } = useTranslation(['desk', 'common']);
  if (distanceM === null || arrival === null) return t('desk:dispatch.noPosition');
  const { unit, count } = distanceParts(distanceM);
  const inMinutes = (at: number): number => Math.max(0, Math.round((at - serverClock.second()) / MINUTE));
  const { p10, p50, p90 } = arrival;
  const eta = t('desk:dispatch.eta', { count: inMinutes(p50), low: inMinutes(p10), high: inMinutes(p90) });
  return `${t(`common:distance.${unit}`, { count })} · ${eta}`;
}

function Reasons({ choice }: { readonly choice: VehicleProposal }): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const names = useNames();
  const trades = useBoard((state) => state.trades);
  const { vehicle, trade, load, freshness, fixedAt, obstacle, promise, harmed } = choice;
  const tradeNames = trades.filter(({ id }) => vehicle.tradeIds.includes(id)).map(({ name }) => names.of(name));
  const warnings = [
    trade === 'other' ? t('desk:dispatch.tradeMisfits') : '',
    obstacle === 'paused' ? t('desk:dispatch.paused') : '',
    promise === 'lost'
      ? t('desk:dispatch.missesPromise')
      : promise === 'at-risk'
        ? t('desk:dispatch.risksPromise')
        : '',
    harmed > 0 ? t('desk:dispatch.breaksPromise', { count: harmed }) : '',
  ].filter((text) => text !== '');
  return (
    <span className="option-reasons">
      {tradeNames.join(' ')}
      {trade === 'fits' && ` ${t('desk:dispatch.tradeFits')}`} ·{' '}
      {load === 0 ? t('desk:dispatch.free') : t('desk:dispatch.load', { count: load })} ·{' '}
      {t(`words:freshness.${freshness}`)} {fixedAt !== null && <Age at={fixedAt} />}
      {warnings.length > 0 && <em className="warning"> {warnings.join(' · ')}</em>}
    </span>
  );
}
