import { useState } from 'react';
import { keepTheme, loadTheme, wearTheme, type Theme } from '../state/session.ts';
import { IconButton } from './controls.tsx';
import { Auto, Moon, Sun } from './icons.tsx';

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };

/** Goes round: as the system, light, dark. */
export function ThemeButton({ onTurn }: { readonly onTurn?: (theme: Theme) => void }) {
  const [theme, setTheme] = useState(loadTheme);
  const turn = (): void => {
    const next = NEXT[theme];
    keepTheme(next);
    wearTheme(next);
    setTheme(next);
    onTurn?.(next);
  };
  return (
    <IconButton label={`Look: ${theme}. Change to ${NEXT[theme]}`} onClick={turn}>
      {theme === 'light' ? <Sun /> : theme === 'dark' ? <Moon /> : <Auto />}
    </IconButton>
  );
}
