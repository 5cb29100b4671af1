import { openFeedbacks } from '@faultline/shared/ticket/feedback.ts';
import type { Feedback, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Committed, Dispatcher } from '../dispatcher.ts';
import type { Directory } from '../organisation/directory.ts';
import type { JournalStore } from '../store/store.ts';
import type { OwedCall, PhoneLine } from './phone-line.ts';

/**
 * Keeps the phone line in step with the journal: an open feedback is a call that is owed, an ended one is not.
 * The journal decides; a call that the line does not know of any more is placed again at the next start. [E3] [E6]
 */
export function createEscalation(parts: {
  readonly store: JournalStore;
  readonly directory: Directory;
  readonly dispatcher: Dispatcher;
  readonly line: PhoneLine;
  readonly onFault: (error: unknown) => void;
}): { start(): Promise<void> } {
  const { store, directory, dispatcher, line } = parts;

  const owed = (ticket: Ticket, feedback: Feedback): OwedCall => ({
    id: callId(ticket, feedback),
    district: ticket.report.district,
    ticketId: ticket.id,
    feedbackKey: feedback.key,
    kind: feedback.kind,
    departmentId: feedback.departmentId,
    dueAt: feedback.raisedAt,
    contacts: directory.contacts(feedback.departmentId),
  });

  const follow = async ({ before, after }: Committed): Promise<void> => {
    const was = new Set((before ? openFeedbacks(before) : []).map((feedback) => feedback.key));
    const is = openFeedbacks(after);
    for (const feedback of is) if (!was.has(feedback.key)) await line.place(owed(after, feedback));
    const open = new Set(is.map((feedback) => feedback.key));
    for (const key of was) if (!open.has(key)) await line.cancel(callId(after, { key }));
  };

  // One after the other: a cancel must not overtake the placing it takes back.
  let work = Promise.resolve();
  dispatcher.onCommitted((committed) => {
    work = work.then(() => follow(committed)).catch(parts.onFault);
  });

  return {
    async start() {
      for (const district of directory.districts()) {
        const tickets = await store.openTickets(district.id);
        await line.adopt(tickets.flatMap((ticket) => openFeedbacks(ticket).map((feedback) => owed(ticket, feedback))));
      }
    },
  };
}

function callId(ticket: Ticket, feedback: Pick<Feedback, 'key'>): string {
  return `${ticket.id}/${feedback.key}`;
}
