import type { ReactNode } from 'react';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { useNow } from '../live/clock.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { FreshnessBar } from '../parts/freshness-bar.tsx';
import { switchLanguage } from '../text/text.ts';
import { useTime } from '../text/use-time.ts';
import { useMute } from './alarm-strip.tsx';
import { CalibrationDialog } from './calibration-dialog.tsx';

/** Which district, which time, how old the picture is, and the few things that can be done to a wall. */
export function WallHeader({ rem }: { readonly rem: number }): ReactNode {
  const { t, i18n } = useTranslation(['wall', 'common']);
  const name = useName();
  const district = useBoard((state) => state.district);
  const status = useBoard((state) => state.status);
  const dataAsOf = useBoard((state) => state.dataAsOf);
  const { isMuted, toggle } = useMute();
  const [isCalibrating, setCalibrating] = useState(false);
  const isFullScreen = useFullScreen();
  const freshness = status === 'live' || status === 'late' ? status : 'cut-off';

  return (
    <header className="wall-header">
      <h1>
        {t('common:product')}
        <span className="wall-district">{district && name(district.name)}</span>
      </h1>
      <FreshnessBar freshness={freshness} dataAt={dataAsOf} />
      <div className="wall-tools">
        <Button label={isMuted ? t('tool.unmute') : t('tool.mute')} shortcut="m" isPressed={isMuted} onPress={toggle} />
        <Button
          label={t('tool.language')}
          shortcut="l"
          onPress={() => void switchLanguage(i18n.language === 'en' ? 'zh-CN' : 'en')}
        />
        <Button
          label={isFullScreen ? t('tool.leaveFullScreen') : t('tool.fullScreen')}
          shortcut="f"
          onPress={() => void toggleFullScreen()}
        />
        <Button label="⚙" name={t('tool.calibrate')} onPress={() => setCalibrating(true)} />
      </div>
      <Clock />
      <CalibrationDialog isOpen={isCalibrating} onClose={() => setCalibrating(false)} remNow={rem} />
    </header>
  );
}

function Clock(): ReactNode {
  const now = useNow();
  const time = useTime();
  return (
    <time className="wall-clock figures" dateTime={new Date(now).toISOString()}>
      {time(now, 'hh:mm:ss')}
    </time>
  );
}

function useFullScreen(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      document.addEventListener('fullscreenchange', onChange);
      return () => document.removeEventListener('fullscreenchange', onChange);
    },
    () => document.fullscreenElement !== null,
  );
}

/** A phone's browser may have no full screen; then the button changes nothing. */
async function toggleFullScreen(): Promise<void> {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  } catch {
    // Refused by the browser or its policy; the page is as usable as before.
  }
}
