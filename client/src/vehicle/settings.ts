import { create } from 'zustand';

export const TEXT_SIZES = ['normal', 'large', 'huge'] as const;
export type TextSize = (typeof TEXT_SIZES)[number];
export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** What the people in this vehicle have chosen; it belongs to the device. */
export interface Settings {
  readonly isSpoken: boolean;
  readonly textSize: TextSize;
  readonly theme: Theme;
}

interface SettingsState extends Settings {
  readonly change: (settings: Partial<Settings>) => void;
}

const SETTINGS_KEY = 'faultline.vehicle.settings';
const DEFAULTS: Settings = { isSpoken: true, textSize: 'normal', theme: 'light' };

export const useSettings = create<SettingsState>((set, get) => ({
  ...readSettings(),
  change: (settings) => {
    set(settings);
    const { isSpoken, textSize, theme } = get();
    try {
      localStorage.setItem(SETTINGS_KEY, JSON.stringify({ isSpoken, textSize, theme }));
    } catch {
      // A browser that keeps nothing obeys until it is closed.
    }
    showSettings();
  },
}));

/** The page's own styles read size and theme from the root element. */
export function showSettings(): void {
  const { textSize, theme } = useSettings.getState();
  document.documentElement.dataset['textSize'] = textSize;
  document.documentElement.dataset['theme'] = theme;
}

function readSettings(): Settings {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(SETTINGS_KEY) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return DEFAULTS;
    const of = (name: string): unknown => Object.entries(kept).find(([key]) => key === name)?.[1];
    return {
      isSpoken: of('isSpoken') !== false,
      textSize: TEXT_SIZES.find((size) => size === of('textSize')) ?? DEFAULTS.textSize,
      theme: THEMES.find((theme) => theme === of('theme')) ?? DEFAULTS.theme,
    };
  } catch {
    return DEFAULTS;
  }
}
