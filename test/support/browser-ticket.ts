import { randomUUID } from 'node:crypto';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { ticketAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { CommandBody, OpenBody, PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema } from '@faultline/shared/wire/ticket.ts';

/** A person of the demo who works without a screen: what he does is on the board before the browser looks. */
export interface Hand {
  open(report?: Partial<OpenBody>): Promise<Ticket>;
  act(ticketId: string, action: PersonalAction): Promise<Ticket>;
  read(ticketId: string): Promise<Ticket>;
}

/** In the area of the Inner City repair centre. */
export const SAMPLE_REPORT: Omit<OpenBody, 'commandId'> = {
  areaClass: 'urban',
  place: { lon: 116.4035, lat: 39.9085, street: '前门东大街', area: '东城区' },
  faultClass: 'low-voltage',
  faultText: '整栋楼停电',
  caller: { name: '演示客户', phone: '00000000199', address: '3 号楼 2 单元 501', note: '' },
};

export async function handOf(url: string, login: string): Promise<Hand> {
  const headers: Record<string, string> = { origin: url, 'content-type': 'application/json' };
  const ask = async (path: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(new URL(path, url), {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${login} was refused ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const entered = await ask('/api/demo/session', { login });
  headers['cookie'] = (entered.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';

  const read = async (ticketId: string): Promise<Ticket> =>
    ticketAnswerSchema.parse(await (await ask(`/api/tickets/${ticketId}`)).json()).ticket;
  return {
    read,
    async open(report = {}) {
      const answer = await ask('/api/tickets', { ...SAMPLE_REPORT, ...report, commandId: randomUUID() });
      return read(commandAnswerSchema.parse(await answer.json()).ticketId);
    },
    async act(ticketId, action) {
      const { revision } = await read(ticketId);
      const body: CommandBody = { commandId: randomUUID(), expectedRevision: revision, action };
      await ask(`/api/tickets/${ticketId}/commands`, body);
      return read(ticketId);
    },
  };
}
