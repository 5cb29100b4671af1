import { create } from 'zustand';

/** The product's home; a district with another zone says so when its snapshot arrives. */
const HOME_ZONE = 'Asia/Shanghai';

interface ZoneState {
  /** IANA name of the district's time zone: every time on every screen is shown in it, wherever the screen stands. */
  readonly zone: string;
  readonly setZone: (zone: string) => void;
}

export const useZone = create<ZoneState>((set) => ({
  zone: HOME_ZONE,
  setZone: (zone) => set({ zone }),
}));
