import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { Button } from './button.tsx';

export type NoticeKind = 'done' | 'refused' | 'fault';

export interface Notice {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly text: string;
}

/** Older ones make room; a person reads no more than this. */
const MAX_NOTICES = 4;

interface NoticesState {
  readonly notices: readonly Notice[];
  readonly show: (kind: NoticeKind, text: string) => void;
  readonly dismiss: (id: number) => void;
}

/**
 * What has just happened to a command. Nothing disappears by itself: a refusal that nobody read is a command that
 * nobody knows was refused. A success is replaced by the next one.
 */
export const useNotices = create<NoticesState>((set) => ({
  notices: [],
  show: (kind, text) =>
    set(({ notices }) => {
      const kept = notices.filter((notice) => notice.kind !== 'done' || kind !== 'done');
      const id = Math.max(0, ...notices.map((notice) => notice.id)) + 1;
      return { notices: [...kept, { id, kind, text }].slice(-MAX_NOTICES) };
    }),
  dismiss: (id) => set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
}));

const SIGNS: Readonly<Record<NoticeKind, string>> = { done: '✓', refused: '!', fault: '✕' };

/** Once per page, at its end. */
export function NoticeRegion(): ReactNode {
  const { t } = useTranslation('common');
  const { notices, dismiss } = useNotices();
  return (
    <section className="notices screen-only" aria-label={t('notice.region')} aria-live="polite">
      {notices.map(({ id, kind, text }) => (
        <div key={id} className="notice" data-kind={kind}>
          <span className="notice-sign" aria-hidden="true">
            {SIGNS[kind]}
          </span>
          <p>{text}</p>
          <Button label="✕" name={t('action.dismiss')} onPress={() => dismiss(id)} />
        </div>
      ))}
    </section>
  );
}
