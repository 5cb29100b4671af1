import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SipSettings } from './sip-settings.ts';

export interface BaresipPorts {
  /** For SIP; the program takes the next one as well. */
  readonly sip: number;
  /** For our commands, on the loopback address. */
  readonly control: number;
}

/** Seconds for which an extension registers, so that an exchange that forgot us learns of us again. */
const REGISTER_FOR_SEC = 60;
/** Shared by all lines of a site: each call takes two free ones. The program's own default; firewalls know it. */
const RTP_PORTS = '10000-20000';
/** What a line has to say before it has been given anything to say, and to whom it passes on what it hears. */
const NOBODY = 'aubridge';

/**
 * Writes the configuration of one line into its folder, readable by nobody else: the password stands in it.
 * Only what a call needs is loaded, and nothing that would take a call over, forward it, or ask a person at a keyboard.
 */
export async function writeBaresipFiles(
  folder: string,
  settings: SipSettings,
  given: { readonly ports: BaresipPorts; readonly modulesFolder: string; readonly registers: boolean },
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text, { mode: 0o600 });
  await write('config', configuration(settings, given));
  await write('accounts', account(settings, given.registers));
  // Without these the program writes examples of its own.
  await write('contacts', '');
}

function configuration(
  { listen }: SipSettings,
  { ports, modulesFolder }: { readonly ports: BaresipPorts; readonly modulesFolder: string },
): string {
  const lines = [
    'poll_method epoll',
    `sip_listen ${listen.includes(':') ? `[${listen}]` : listen}:${ports.sip}`,
    // A name of an interface is no use here: the program wants the address.
    ...(listen === '0.0.0.0' || listen === '::' ? [] : [`net_interface ${listen}`]),
    'call_local_timeout 120',
    'call_max_calls 1',
    'audio_buffer 20-160',
    `audio_source ${NOBODY},quiet`,
    `audio_player ${NOBODY},deaf`,
    `audio_alert ${NOBODY},deaf`,
    'audio_level no',
    'ausrc_format s16',
    'auplay_format s16',
    'auenc_format s16',
    'audec_format s16',
    'rtp_tos 184',
    `rtp_ports ${RTP_PORTS}`,
    'jitter_buffer_delay 1-5',
    `module_path ${modulesFolder}`,
    'module g711.so',
    'module aufile.so',
    'module aubridge.so',
    'module_tmp uuid.so',
    'module_tmp account.so',
    'module_app menu.so',
    'module_app ctrl_tcp.so',
    `ctrl_tcp_listen 127.0.0.1:${ports.control}`,
    'ringback_disabled yes',
    'menu_bell no',
    'statmode_default off',
    'redial_attempts 0',
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * The account names its own source of sound, so that what an earlier call was told last is never heard in the next one
 * before its answer. Transfers are refused: a called phone must not make us ring somebody else.
 */
function account({ user, password, server, transport, displayName }: SipSettings, registers: boolean): string {
  const name = displayName === '' ? '' : `"${displayName}" `;
  const parts = [
    `${name}<sip:${user}@${server}${transport === 'tcp' ? ';transport=tcp' : ''}>`,
    `regint=${registers ? REGISTER_FOR_SEC : 0}`,
    `auth_user=${user}`,
    `auth_pass="${password}"`,
    'audio_codecs=pcma,pcmu',
    `audio_source=${NOBODY},quiet`,
    'answermode=manual',
    'call_transfer=no',
    'mwi=no',
  ];
  return `${parts.join(';')}\n`;
}
