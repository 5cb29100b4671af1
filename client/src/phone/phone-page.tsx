import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useScreenAwake } from '../wall/use-screen-awake.ts';
import { OverCard } from './over-card.tsx';
import { PairDoor } from './pair-door.tsx';
import { usePhone } from './phone-store.ts';
import { RingCard } from './ring-card.tsx';
import { useRingTone } from './ring-tone.ts';
import { Standby } from './standby.tsx';
import { TalkCard } from './talk-card.tsx';
import { useRingFlash } from './use-ring-flash.ts';

export function PhonePage(): ReactNode {
  const isPaired = usePhone((state) => state.pairing !== null && state.link.at !== 'revoked');
  return isPaired ? <Handset /> : <PairDoor />;
}

/** A paired phone: stands by, rings, talks, and says how it ended. */
function Handset(): ReactNode {
  const { t } = useTranslation('phone');
  const call = usePhone((state) => state.call);
  const isRinging = call.at === 'ringing' && !call.isAnswering;
  const [isTrying, setTrying] = useState(false);
  const tone = useRingTone(isRinging || (isTrying && call.at === 'idle'));
  useRingFlash(isRinging, t('title'), t('flash'));
  useScreenAwake();
  switch (call.at) {
    case 'idle':
      return <Standby tone={tone} isTrying={isTrying} onTry={setTrying} />;
    case 'ringing':
      return <RingCard key={call.ring.callId} call={call} tone={tone} />;
    case 'talking':
      return <TalkCard key={call.ring.callId} call={call} />;
    case 'over':
      return <OverCard call={call} />;
  }
}
