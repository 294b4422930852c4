/** The browser that the tests drive: a Chromium of this machine, headless, that asks nobody but the stand-in. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];

/** Where Chromium is: `CHROMIUM` if set, else the usual places; null when there is none. */
export function findChromium(): string | null {
  const told = process.env.CHROMIUM;
  return (told === undefined ? PLACES : [told]).find((place) => existsSync(place)) ?? null;
}

export const NO_CHROMIUM =
  'no Chromium was found, so the page was not tested in a browser; install the package chromium or set CHROMIUM to its path';

export async function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
