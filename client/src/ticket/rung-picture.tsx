import type { LadderPolicy } from '@faultline/shared/ticket/policy.ts';
import type { CallAttempt, Feedback } from '@faultline/shared/ticket/ticket.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { phoneStateOf } from '../live/phone-state.ts';
import { PhoneMark } from '../parts/phone-mark.tsx';
import type { Names } from './names.ts';
import type { OutcomeSort, Rung } from './rungs.ts';
import { rungsOf, SORT_OF } from './rungs.ts';

export interface RungPictureProps {
  readonly feedback: Feedback;
  readonly policy: LadderPolicy;
  readonly names: Names;
}

/** The ladder as a row of steps: what came of the calls behind, where it rings now, what comes next. */
export function RungPicture({ feedback, policy, names }: RungPictureProps): ReactNode {
  const { t } = useTranslation('ticket');
  const rungs = rungsOf(feedback, policy);
  if (rungs.length === 0) return null;
  return (
    <ol className="rungs" aria-label={t('ladder.rungs')}>
      {rungs.map((rung) => (
        <RungStep key={rung.step} rung={rung} names={names} />
      ))}
    </ol>
  );
}

function RungStep({ rung, names }: { readonly rung: Rung; readonly names: Names }): ReactNode {
  return (
    <li className="rung" data-place={rung.place}>
      <span className="rung-name">
        <span className="rung-no figures">{rung.step + 1}</span> {names.contactRole(rung.role)}
      </span>
      <span className="rung-calls">
        {rung.calls.map((call) => (
          <CallSign key={`${call.callId} ${call.at}`} call={call} />
        ))}
        {rung.place !== 'behind' &&
          Array.from({ length: rung.triesLeft }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: calls that have not been made have nothing but their place.
            <span key={index} className="outcome-sign" data-sort="untried" aria-hidden="true">
              ·
            </span>
          ))}
        {rung.place === 'next' && (
          <span className="rung-next" aria-hidden="true">
            ◀
          </span>
        )}
      </span>
    </li>
  );
}

function CallSign({ call }: { readonly call: CallAttempt }): ReactNode {
  const state = phoneStateOf(call);
  if (state) return <PhoneMark state={state} isShort />;
  return call.outcome && <OutcomeSign outcome={call.outcome} />;
}

const SIGNS: Readonly<Record<OutcomeSort, string>> = { yes: '✓', no: '✕', silence: '–', broken: '!', stopped: '■' };

/** What a call came to, as a sign; its word is said to a screen reader and shown under a pointer. */
export function OutcomeSign({ outcome }: { readonly outcome: NonNullable<CallAttempt['outcome']> }): ReactNode {
  const { t } = useTranslation('words');
  const sort = SORT_OF[outcome];
  const word = t(`callOutcome.${outcome}`);
  return (
    <span className="outcome-sign" data-sort={sort} title={word} role="img" aria-label={word}>
      {SIGNS[sort]}
    </span>
  );
}
