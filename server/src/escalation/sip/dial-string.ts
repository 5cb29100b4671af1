import { isPhone } from '@faultline/shared/organisation/organisation.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { SipSettings } from './sip-settings.ts';

/** What a number becomes on its way to the exchange. */
export interface Dialled {
  readonly uri: string;
  /** Pressed behind the answer, for an extension that an operator's machine asks for; empty for none. */
  readonly extension: string;
  /** From the answer to the first digit of the extension. */
  readonly extensionAfter: Duration;
}

/** What one comma means on every modem and mobile phone. */
const COMMA: Duration = 2 * SECOND;
const PARTS = /^(?<number>\+?\d+)(?:(?<commas>,+)|;ext=)?(?<extension>\d*)$/;

/**
 * Nothing but digits and a leading + gets into the address, so that no number, however it was entered, can change
 * whom or what the exchange is asked for.
 * @returns `null` when the number is not one, or begins with none of the allowed prefixes.
 */
export function dialled(
  phone: string,
  { server, transport, dialPrefixes }: Pick<SipSettings, 'server' | 'transport' | 'dialPrefixes'>,
): Dialled | null {
  const { number, commas, extension = '' } = (isPhone(phone) && PARTS.exec(phone)?.groups) || {};
  if (number === undefined) return null;
  if (dialPrefixes.length > 0 && !dialPrefixes.some((prefix) => number.startsWith(prefix))) return null;
  return {
    uri: `sip:${number}@${server}${transport === 'tcp' ? ';transport=tcp' : ''}`,
    extension,
    extensionAfter: (commas?.length ?? 1) * COMMA,
  };
}
