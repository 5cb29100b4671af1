import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { Checkbox } from '../parts/field.tsx';
import { useLetters } from '../parts/shortcuts.ts';
import { ACTION_KEYS } from '../ticket/action-bar.tsx';
import { DESK_ACTIONS } from '../ticket/possible-actions.ts';
import { useDesk } from './desk-store.ts';

const PAGE_KEYS = [
  'n',
  'l',
  'j',
  'k',
  '1',
  'a',
  's',
  'o',
  'h',
  'u',
  'alt1',
  'q',
  '?',
  'ctrlEnter',
  'altH',
  'escape',
  'enter',
] as const;
const SHOWN: Readonly<Record<(typeof PAGE_KEYS)[number], string>> = {
  n: 'N',
  l: 'L',
  j: 'J ↓',
  k: 'K ↑',
  '1': '1–9',
  a: 'A',
  s: 'S',
  o: 'O',
  h: 'H',
  u: 'U',
  alt1: 'Alt+1–6',
  q: 'Q',
  '?': '?',
  ctrlEnter: 'Ctrl+Enter',
  altH: 'Alt+H',
  escape: 'Esc',
  enter: 'Enter',
};

/** Every key of the desk, and the switch that turns single letters off. */
export function HelpDialog(): ReactNode {
  const { t } = useTranslation(['desk', 'words', 'ticket', 'common']);
  const { isHelpOpen, choose } = useDesk();
  const letters = useLetters();
  return (
    <Dialog title={t('desk:help.title')} isOpen={isHelpOpen} onClose={() => choose({ isHelpOpen: false })}>
      <Checkbox
        label={t('common:shortcut.letters')}
        checked={letters.areOn}
        onChange={(event) => letters.switchTo(event.target.checked)}
      />
      <table className="keys">
        <caption className="hidden-text">{t('desk:help.title')}</caption>
        <tbody>
          {PAGE_KEYS.map((key) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{SHOWN[key]}</kbd>
              </th>
              <td>{t(`desk:help.key.${key}`)}</td>
            </tr>
          ))}
          {DESK_ACTIONS.map((action) => (
            <tr key={action}>
              <th scope="row">
                <kbd>{ACTION_KEYS[action].toUpperCase()}</kbd>
              </th>
              <td>{action === 'declare' ? t('ticket:declare.open') : t(`words:command.${action}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
