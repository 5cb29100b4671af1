import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { FigureKey } from './figures.ts';

export interface FigureWords {
  readonly labelOf: (key: FigureKey) => string;
  readonly valueText: (key: FigureKey, figure: number | null) => string;
}

/** Every figure by its name and with its unit. */
export function useFigureWords(): FigureWords {
  const { t } = useTranslation(['admin', 'words']);
  const labelOf = useCallback(
    (key: FigureKey): string => {
      switch (key) {
        case 'promise-urban':
          return t('words:areaClass.urban');
        case 'promise-rural':
          return t('words:areaClass.rural');
        case 'promise-remote':
          return t('words:areaClass.remote');
        case 'DE-together':
          return `DE ${t('words:segment.DE')} · ${t('admin:policy.together')}`;
        case 'DE-apart':
          return `DE ${t('words:segment.DE')} · ${t('admin:policy.apart')}`;
        case 'GH-urban':
          return `GH ${t('words:segment.GH')} · ${t('words:areaClass.urban')}`;
        case 'GH-rural':
          return `GH ${t('words:segment.GH')} · ${t('words:areaClass.rural')}`;
        case 'GH-remote':
          return `GH ${t('words:segment.GH')} · ${t('words:areaClass.remote')}`;
        case 'AB':
        case 'BC':
        case 'CD':
        case 'EF':
        case 'FG':
          return `${key} ${t(`words:segment.${key}`)}`;
        default:
          return t(`admin:figure.${key}`);
      }
    },
    [t],
  );
  const valueText = useCallback(
    (key: FigureKey, figure: number | null): string => {
      if (figure === null) return t('admin:policy.off');
      return key === 'warn-share' ? `${figure} %` : t('admin:policy.minutes', { figure });
    },
    [t],
  );
  return { labelOf, valueText };
}
