import type { PhonePairing, PhoneWord } from '@faultline/shared/wire/phone.ts';
import { serverClock } from '../live/clock.ts';
import { useZone } from '../text/zone.ts';
import { forgetCallLog, keepCallLog, loggedCall, readCallLog, withCall } from './call-log.ts';
import { forgetPairing, keepPairing, readPairing } from './identity.ts';
import type { CallEvent } from './phone-call.ts';
import { nextCall } from './phone-call.ts';
import { PhoneLink } from './phone-link.ts';
import { BLANK, usePhone } from './phone-store.ts';

let link: PhoneLink | null = null;
let stopTicking: (() => void) | null = null;

/** Begins to stand by for the contact whose phone this browser is, if it is one's. */
export function startPhone(): void {
  const pairing = readPairing();
  if (pairing) standBy(pairing);
}

export function pairPhone(pairing: PhonePairing): void {
  keepPairing(pairing);
  standBy(pairing);
}

/** This browser rings for nobody any more; the server is told so, and forgets the token. */
export async function leavePhone(): Promise<void> {
  const { pairing } = usePhone.getState();
  stop();
  forgetPairing();
  forgetCallLog();
  usePhone.setState(BLANK);
  if (!pairing) return;
  try {
    // Without cookies: who is signed in to the console in this browser stays so.
    await fetch('/api/session', {
      method: 'DELETE',
      headers: { authorization: `Bearer ${pairing.token}` },
      credentials: 'omit',
    });
  } catch {
    // The token is gone from here; the administrator can still end it there.
  }
}

/** What the person does, and what the page itself finds out. */
export function act(event: Exclude<CallEvent, { readonly type: 'heard' }>): void {
  step(event);
}

function standBy(pairing: PhonePairing): void {
  stop();
  usePhone.setState({
    ...BLANK,
    pairing,
    contact: pairing.contact,
    log: readCallLog(),
    cutOffSince: serverClock.now(),
  });
  link = new PhoneLink({
    token: pairing.token,
    onState: (state) => {
      const { cutOffSince } = usePhone.getState();
      usePhone.setState({
        link: state,
        cutOffSince: state.at === 'open' ? null : (cutOffSince ?? serverClock.now()),
      });
    },
    onWord: hear,
  });
  link.start();
  stopTicking = serverClock.subscribe(() => step({ type: 'second' }));
}

function stop(): void {
  stopTicking?.();
  stopTicking = null;
  link?.stop();
  link = null;
}

function hear(word: PhoneWord): void {
  if (word.type === 'welcome') {
    const { pairing } = usePhone.getState();
    useZone.getState().setZone(word.timeZone);
    usePhone.setState({ contact: word.contact });
    if (pairing) keepPairing({ ...pairing, contact: word.contact });
  }
  if (word.type === 'malformed') reportError(new Error(`the server could not read a message: ${word.detail}`));
  step({ type: 'heard', word });
}

/** The screen first, then the word to the server: `ringing` says that the card is shown. */
function step(event: CallEvent): void {
  const before = usePhone.getState();
  const { state: call, say } = nextCall(before.call, event, serverClock.now());
  if (call !== before.call) {
    const log = call.at === 'over' ? withCall(before.log, loggedCall(call)) : before.log;
    if (log !== before.log) keepCallLog(log);
    usePhone.setState({ call, log });
  }
  for (const message of say) link?.say(message);
}
