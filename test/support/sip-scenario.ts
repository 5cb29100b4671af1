/**
 * What a called phone, or the exchange in front of it, does step by step, written down for SIPp. One that gets
 * something else than it expects ends with an error, and so does the test that owns it.
 */
export type SipStep =
  /** A request of the caller; the first one starts the call. `credentials` refuses the call when they are wrong. */
  | { readonly step: 'expect'; readonly request: string; readonly credentials?: Credentials }
  /** The answer to the newest request, such as `180 Ringing`. */
  | { readonly step: 'answer'; readonly status: string; readonly headers?: readonly string[] }
  /** The answer to the INVITE with a description of the audio: 200 lifts the receiver, 183 lets the caller be heard. */
  | { readonly step: 'media'; readonly status: '200 OK' | '183 Session Progress' }
  /** The answer to the INVITE behind the one to its CANCEL. */
  | { readonly step: 'end-invite'; readonly status: string }
  /** A key in the audio stream (RFC 4733), recorded by SIPp's makers; SIPp needs root for it. */
  | { readonly step: 'key-in-audio'; readonly key: string }
  /** A request of the phone inside the call. */
  | {
      readonly step: 'send';
      readonly request: 'INFO' | 'BYE' | 'REFER';
      readonly headers?: readonly string[];
      readonly body?: string;
    }
  | { readonly step: 'expect-response'; readonly status: number }
  | { readonly step: 'pause'; readonly ms: number };

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A key as SIP INFO carries it. */
export function keyByInfo(key: string): SipStep {
  return {
    step: 'send',
    request: 'INFO',
    headers: ['Content-Type: application/dtmf-relay'],
    body: `Signal=${key}\nDuration=160\n`,
  };
}

export const RINGS: readonly SipStep[] = [
  { step: 'expect', request: 'INVITE' },
  { step: 'answer', status: '180 Ringing' },
];
/** Somebody lifts the receiver of a phone that rings. */
export const LIFTS: readonly SipStep[] = [
  { step: 'media', status: '200 OK' },
  { step: 'expect', request: 'ACK' },
];
export const IS_CANCELLED: readonly SipStep[] = [
  { step: 'expect', request: 'CANCEL' },
  { step: 'answer', status: '200 OK' },
  { step: 'end-invite', status: '487 Request Terminated' },
  { step: 'expect', request: 'ACK' },
];
export const IS_HUNG_UP_ON: readonly SipStep[] = [
  { step: 'expect', request: 'BYE' },
  { step: 'answer', status: '200 OK' },
];
export const HANGS_UP: readonly SipStep[] = [
  { step: 'send', request: 'BYE' },
  { step: 'expect-response', status: 200 },
];

/** Presses a key and waits until the caller has heard it. */
export function presses(key: string): readonly SipStep[] {
  return [keyByInfo(key), { step: 'expect-response', status: 200 }];
}

export function refusesWith(status: string): readonly SipStep[] {
  return [
    { step: 'expect', request: 'INVITE' },
    { step: 'answer', status },
    { step: 'expect', request: 'ACK' },
  ];
}

/**
 * @returns the scenario as XML for `sipp -sf`. The port of the audio is the first field of the line that belongs to the
 *   call in SIPp's injection file.
 */
export function sipScenario(name: string, steps: readonly SipStep[]): string {
  const elements: string[] = [];
  let request = '';
  for (const step of steps) {
    if (step.step === 'expect') request = step.request;
    elements.push(element(step, request));
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="${name}">\n${elements.join('\n')}\n</scenario>\n`;
}

/** Requests whose To header does not carry the phone's tag yet. */
const OUTSIDE_A_DIALOG = new Set(['INVITE', 'CANCEL', 'REGISTER', 'OPTIONS']);
const TAG = ';tag=[pid]t[call_number]';
const CONTACT = 'Contact: <sip:[local_ip]:[local_port];transport=[transport]>';
const PCAP_FOLDER = '/usr/share/sip-tester';

const AUDIO = `v=0
o=phone 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [field0] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20`;

function element(step: SipStep, request: string): string {
  switch (step.step) {
    case 'expect':
      return expecting(step);
    case 'answer':
      return message([...answering(step.status, request), ...(step.headers ?? []), CONTACT], '');
    case 'media': {
      const head = [...answering(step.status, 'INVITE'), CONTACT, 'Content-Type: application/sdp'];
      return message(head, AUDIO);
    }
    case 'end-invite':
      return message([...answering(step.status, 'INVITE', 'CSeq: [last_cseq_number] INVITE')], '');
    case 'key-in-audio':
      return `<nop><action><exec play_pcap_audio="${PCAP_FOLDER}/dtmf_2833_${step.key}.pcap"/></action></nop>`;
    case 'send':
      return message(asking(step), step.body ?? '');
    case 'expect-response':
      return `<recv response="${step.status}"/>`;
    case 'pause':
      return `<pause milliseconds="${step.ms}"/>`;
  }
}

/** Requests inside the call need who called, and from which address he can be reached. */
function expecting({ request, credentials }: Extract<SipStep, { step: 'expect' }>): string {
  const actions: string[] = [];
  if (request === 'INVITE') {
    actions.push('<ereg regexp=".*" search_in="hdr" header="From:" assign_to="caller"/>');
    actions.push('<ereg regexp="sip:[^>]*" search_in="hdr" header="Contact:" assign_to="callerAt"/>');
    actions.push('<log message="[$caller] [$callerAt]"/>');
  }
  if (credentials) {
    const { user, password } = credentials;
    actions.push(`<verifyauth assign_to="isRight" username="${user}" password="${password}"/>`);
  }
  const body = actions.length > 0 ? `<action>${actions.join('')}</action>` : '';
  const received = `<recv request="${request}">${body}</recv>`;
  if (!credentials) return received;
  const refusal = message(answering('403 Forbidden', request), '');
  return `${received}\n<nop test="isRight" next="right"/>\n${refusal}\n<label id="right"/>`;
}

function answering(status: string, request: string, sequence = '[last_CSeq:]'): string[] {
  const to = OUTSIDE_A_DIALOG.has(request) ? `[last_To:]${TAG}` : '[last_To:]';
  return [`SIP/2.0 ${status}`, '[last_Via:]', '[last_From:]', to, '[last_Call-ID:]', sequence];
}

let sequence = 1;

function asking({ request, headers = [] }: Extract<SipStep, { step: 'send' }>): string[] {
  sequence += 1;
  return [
    `${request} [$callerAt] SIP/2.0`,
    'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
    `From: <sip:phone@[local_ip]:[local_port]>${TAG}`,
    'To:[$caller]',
    '[last_Call-ID:]',
    `CSeq: ${sequence} ${request}`,
    CONTACT,
    'Max-Forwards: 70',
    ...headers,
  ];
}

function message(head: readonly string[], body: string): string {
  const length = body === '' ? 'Content-Length: 0' : 'Content-Length: [len]';
  return `<send><![CDATA[\n${[...head, length].join('\n')}\n\n${body}\n]]></send>`;
}
