/** What the player has done since the last report; one line of it a minute is all that it prints. */
export interface Statistics {
  opened(): void;
  closed(): void;
  /** A call that was left out, because more tickets lie open than the fleet can ever serve. */
  leftOut(): void;
  refused(code: string): void;
  /** The line, and a fresh count. */
  report(state: {
    readonly open: number;
    readonly online: number;
    readonly vehicles: number;
    readonly fixes: number;
    readonly phones: number;
    readonly phonesOnline: number;
  }): string;
}

export function createStatistics(): Statistics {
  let opened = 0;
  let closed = 0;
  let leftOut = 0;
  let minute = 0;
  let fixesBefore = 0;
  let refusals = new Map<string, number>();
  return {
    opened: () => {
      opened += 1;
    },
    closed: () => {
      closed += 1;
    },
    leftOut: () => {
      leftOut += 1;
    },
    refused: (code) => refusals.set(code, (refusals.get(code) ?? 0) + 1),
    report({ open, online, vehicles, fixes, phones, phonesOnline }) {
      minute += 1;
      const refused = [...refusals].map(([code, count]) => `${code} ${count}`).join(', ');
      const line =
        `minute ${minute}: open ${open}, opened ${opened}, closed ${closed}, left out ${leftOut}, ` +
        `refused ${refused || 'none'}, fixes ${fixes - fixesBefore}, vehicles online ${online} of ${vehicles}, ` +
        `duty phones online ${phonesOnline} of ${phones}`;
      opened = 0;
      closed = 0;
      leftOut = 0;
      refusals = new Map();
      fixesBefore = fixes;
      return line;
    },
  };
}
