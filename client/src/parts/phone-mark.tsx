import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PhoneState } from '../live/phone-state.ts';

export interface PhoneMarkProps {
  readonly state: PhoneState;
  /** Leaves the word away where the line says it already; it stays for screen readers. */
  readonly isShort?: boolean;
}

/** Told apart by shape: waves leave a ringing phone, an open circle holds one that is spoken into, a hand's asks. */
const AROUND: Readonly<Record<PhoneState, string>> = {
  ringing: 'M10 5.2a3 3 0 0 1 2.4 3M10 1.8a6.4 6.4 0 0 1 5.4 6.4',
  talking: 'M8 1.2a7 7 0 1 1-.1 0',
  'by-hand': 'M12 1.5v5.5M12 9.4v.4',
};

const HANDSET = 'M3.2 4.2c-.4 4.4 3.4 9 8.2 9.2';

/** A telephone and what it does. It stands still: a hundred of them must cost nothing. */
export function PhoneMark({ state, isShort = false }: PhoneMarkProps): ReactNode {
  const { t } = useTranslation('words');
  const isInside = state === 'talking';
  return (
    <span className="phone-mark" data-phone={state}>
      <svg className="phone-mark-shape" viewBox="0 0 16 16" aria-hidden="true">
        <path className="phone-mark-around" d={AROUND[state]} />
        <g transform={isInside ? 'translate(4.2 2.6) scale(0.62)' : undefined}>
          <path className="phone-mark-handset" d={HANDSET} />
          <path className="phone-mark-ends" d="M2.6 3.4l1.8-.6 1.2 2.6-1.5 1.2zM12.2 14l.7-1.8-2.6-1.2-1.2 1.5z" />
        </g>
      </svg>
      <span className={isShort ? 'hidden-text' : undefined}>{t(`phoneState.${state}`)}</span>
    </span>
  );
}
