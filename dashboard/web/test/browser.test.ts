/** The built page in a real browser, against the stand-in: what a person sees, types, drags and hears. */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sumOf, TOKEN, zoneId, type FakeApi } from './fake/api.ts';
import { findChromium, NO_CHROMIUM } from './fake/browser.ts';
import { SHOP, Stage } from './fake/stage.ts';

const chromium = findChromium();

if (chromium === null) {
  console.warn(NO_CHROMIUM);
}

test.runIf(chromium === null && process.env.CI)('a browser is there', () => {
  expect.fail(NO_CHROMIUM);
});

describe.skipIf(chromium === null)('in the browser', () => {
  let stage: Stage;
  let api: FakeApi;
  let page: Page;

  beforeAll(async () => {
    stage = await Stage.launch(chromium!);
  });
  afterAll(async () => stage?.close());
  beforeEach(async () => {
    await stage.begin();
    ({ api, page } = stage);
  });
  afterEach(async ({ task }) => stage.end(task.name, task.result?.state === 'fail'));

  async function open(options: BrowserContextOptions = {}): Promise<void> {
    page = await stage.open(options);
  }

  async function signIn(hash?: string): Promise<void> {
    await stage.signIn(hash);
  }

  async function signInByKeyboard(): Promise<void> {
    await page.goto(api.url);
    // The field takes the focus by itself, when the page has been drawn.
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.type(TOKEN);
    await page.keyboard.press('Enter');
    await page.getByTestId('trend').waitFor();
  }

  /** The page's time stands, so that no minute turns between what a test reads and what it compares. */
  async function stopClock(): Promise<void> {
    await page.clock.setFixedTime(new Date());
  }

  const total = (view: 'requests' | 'bytes'): Locator => page.getByTestId(`dial-${view}`).locator('.dial-total dd');
  const exactly = async (one: Locator): Promise<number> => Number((await one.getAttribute('title'))!.replace(/\D/g, ''));
  const loaded = async (): Promise<void> => {
    await expect.poll(() => page.locator('[data-pending]').count()).toBe(0);
  };
  const hash = (): URLSearchParams => stage.hash();
  /** The bounds of time of the newest query, in epoch seconds. */
  const asked = (): [number, number] => {
    const times = [...api.queries.at(-1)!.matchAll(/datetime_(?:geq|lt): "([^"]+)"/g)].map((match) => Date.parse(match[1]!) / 1000);
    return [times[0]!, times[1]!];
  };

  test('a wrong token gets the words of the API, and is not kept', async () => {
    await page.goto(api.url);
    await page.getByLabel('API token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toBe('Invalid API Token');
    expect(await page.getByLabel('API token').getAttribute('aria-invalid')).toBe('true');
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);

    await page.getByLabel('API token').fill('');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('Paste the token first.');
    expect(await page.getByText('selvage-data/admin-token').isVisible()).toBe(true);
  });

  test('the token is kept for the tab only, survives a reload, and signing out forgets it', async () => {
    await signIn();
    expect(await page.evaluate(() => [JSON.stringify(localStorage), sessionStorage.getItem('selvage.token')])).toEqual(['{}', TOKEN]);
    await page.reload();
    await page.getByTestId('trend').waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API token').waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await page.reload();
    await page.getByLabel('API token').waitFor();
    expect(page.url()).not.toContain(TOKEN);
  });

  test('a token that was revoked signs out and says why', async () => {
    await signIn();
    api.tokenRevoked = true;
    await page.getByRole('radio', { name: 'the last 6 hours' }).check({ force: true });
    await expect.poll(() => page.getByRole('alert').textContent()).toBe('You were signed out: Invalid API Token');
  });

  test('the big numbers are the sums of the API', async () => {
    await stopClock();
    await signIn();
    await loaded();
    const expected = sumOf(...asked());
    const dial = page.getByTestId('dial-requests');
    expect(await exactly(total('requests'))).toBe(expected.requests);
    expect(await exactly(dial.locator('.dial-origin dd'))).toBe(expected.originRequests);
    expect(await exactly(dial.locator('.dial-edge dd'))).toBe(expected.requests - expected.originRequests);
    expect(await exactly(total('bytes'))).toBe(expected.bytes);
    expect(await exactly(page.getByTestId('dial-bytes').locator('.dial-origin dd'))).toBe(expected.originResponseBytes);
    const share = (100 * (expected.requests - expected.originRequests)) / expected.requests;
    expect(await dial.getByRole('img').getAttribute('aria-label')).toContain(`${Math.floor(share * 10) / 10}`);
    expect(await page.locator('.foot').textContent()).toContain('Every number is exact.');
    expect(await page.title()).toBe('shop.example.com · Selvage');
  });

  test('breakdowns and paths show who answered and why not', async () => {
    await signIn();
    await loaded();
    expect(await page.getByTestId('cacheStatus').locator('tbody th').first().textContent()).toBe('hit');
    expect(await page.getByTestId('status').locator('tbody th').allTextContents()).toContain('404 Not Found');
    expect(await page.getByTestId('country').locator('tbody th').first().textContent()).toBe('Germany');
    expect(await page.getByTestId('contentType').textContent()).toContain('no type');
    expect(await page.getByTestId('hits').locator('tbody tr').first().textContent()).toContain('/assets/app.4f1c.js');
    const misses = await page.getByTestId('misses').locator('tbody tr').allTextContents();
    expect(misses[0]).toContain('/api/cart');
    expect(misses[0]).toContain('not cached by default');
    expect(misses[2]).toContain('origin sets a cookie');

    await page.getByTestId('country').getByRole('button', { name: '2 more' }).click();
    expect(await page.getByTestId('country').locator('tbody tr').count()).toBe(8);
  });

  test('the view of bytes sorts everything by bytes and is in the address', async () => {
    await signIn();
    await loaded();
    await page.getByRole('radio', { name: 'Bytes' }).check({ force: true });
    await expect.poll(() => page.getByTestId('hits').locator('tbody tr').first().textContent()).toContain('/images/hero-autumn.jpg');
    expect(hash().get('view')).toBe('bytes');
    expect(api.queries.at(-1)).toContain('sum_edgeResponseBytes_DESC');
    expect(await page.getByTestId('hits').locator('thead').textContent()).toContain('Bytes');
  });

  test('every step of the trend is in a table, and its rows add up to the big number', async () => {
    await stopClock();
    await signIn();
    await loaded();
    await page.getByRole('button', { name: /Pause$/ }).click();
    await page.getByRole('button', { name: 'Show as a table' }).click();
    const rows = page.getByTestId('trend').locator('tbody tr');
    expect(await rows.count()).toBe(60);
    const requests = await rows.locator('td:nth-of-type(1)').allTextContents();
    const sum = requests.reduce((before, text) => before + Number(text.replace(/\D/g, '')), 0);
    expect(sum).toBe(await exactly(total('requests')));
  });

  test('the address brings back zone, range, view and zoom', async () => {
    const until = Math.floor(Date.now() / 60_000) * 60 - 600;
    await signIn(`#zone=${zoneId(3)}&range=6h&view=bytes&since=${until - 900}&until=${until}`);
    await loaded();
    expect(await page.getByRole('button', { name: /^Zone: silent\.example\.org/ }).isVisible()).toBe(true);
    expect(asked()).toEqual([until - 900, until]);
    expect(await page.getByRole('button', { name: 'Zoom out' }).isVisible()).toBe(true);
    expect(await page.getByRole('radio', { name: 'Bytes' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await expect.poll(() => page.getByRole('radio', { name: 'the last 6 hours' }).isChecked()).toBe(true);
  });

  test('each range asks for its own time and resolution', async () => {
    await signIn();
    for (const [words, dataset, length] of [
      ['the last 15 minutes', 'httpRequests1mGroups', 900],
      ['the last 24 hours', 'httpRequests1mGroups', 86_400],
      ['the last 7 days', 'httpRequests1hGroups', 7 * 86_400],
      ['the last 30 days', 'httpRequests1dGroups', 30 * 86_400],
    ] as const) {
      await page.getByRole('radio', { name: words }).check({ force: true });
      await expect.poll(() => api.queries.at(-1)).toContain(dataset);
      await expect.poll(() => asked()[1] - asked()[0]).toBe(length);
      await loaded();
      expect(await exactly(total('requests'))).toBeGreaterThan(0);
    }
  });

  test('a drag over the chart zooms in, zooming out goes back, and so does the browser', async () => {
    await stopClock();
    await signIn();
    await loaded();
    const before = asked();
    const box = (await page.locator('.u-over').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.25, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 90, { steps: 6 });
    await page.mouse.up();

    await expect.poll(() => hash().has('since')).toBe(true);
    await expect.poll(() => asked()[1] - asked()[0]).toBeLessThan(1_100);
    await loaded();
    const [since, until] = asked();
    expect(since).toBeGreaterThan(before[0]);
    expect(until).toBeLessThan(before[1]);
    expect(await exactly(total('requests'))).toBe(sumOf(since, until).requests);
    expect(await page.getByText('Zoomed', { exact: true }).isVisible()).toBe(true);

    await page.getByRole('button', { name: 'Zoom out' }).click();
    await expect.poll(() => asked()[1] - asked()[0]).toBe(3600);
    await page.goBack();
    await expect.poll(() => hash().get('since')).toBe(String(since));
  });

  test('the read-out follows the pointer', async () => {
    await stopClock();
    await signIn();
    await loaded();
    await page.getByRole('button', { name: /Pause$/ }).click();
    const [since] = asked();
    const box = (await page.locator('.u-over').boundingBox())!;
    const column = 20;
    await page.mouse.move(box.x + (box.width * (column + 0.5)) / 60, box.y + 100);
    const step = sumOf(since + column * 60, since + column * 60 + 60);
    await expect.poll(() => page.getByTestId('read-out').textContent()).toContain(`${step.originRequests} origin`);
    const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Berlin' });
    expect(await page.getByTestId('read-out').textContent()).toContain(clock.format((since + column * 60) * 1000));
    await page.mouse.move(5, 5);
    await expect.poll(() => page.getByTestId('read-out').textContent()).not.toContain(`${step.originRequests} origin`);
  });

  test('everything is reached by keyboard, and the focus is seen at each stop', async () => {
    await signInByKeyboard();
    await loaded();

    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const one = document.activeElement!;
        // A radio button lends its ring to the label beside it, a search field to its frame.
        const ringed = one.matches('.choice input') ? one.nextElementSibling! : one;
        const style = getComputedStyle(ringed);
        const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        return `${one.getAttribute('aria-label') ?? one.textContent?.trim() ?? ''}|${seen}`;
      });
    const stops: string[] = [];
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab');
      const stop = await focused();
      // After the last stop the focus leaves the page.
      if (await page.evaluate(() => document.activeElement === document.body)) {
        break;
      }
      stops.push(stop);
    }
    expect(stops.filter((stop) => stop.endsWith('|false'))).toEqual([]);
    const names = stops.map((stop) => stop.split('|')[0]!);
    for (const wanted of [/^Skip/, /^Zone:/, /^Purge/, /last hour/, /Pause/, /^Look/, /^Sign out/, /^What is/, /^requests$/i, /as a table/, /^Purge shop.example.com\/assets/, /^Traffic over time/, /query of top paths that miss/]) {
      expect(names.some((name) => wanted.test(name)), String(wanted)).toBe(true);
    }
  });

  test('the keyboard picks a zone, a range, a step and a zoom', async () => {
    await signInByKeyboard();

    await page.getByRole('button', { name: /^Zone:/ }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('shop');
    await page.keyboard.press('Enter');
    await expect.poll(() => hash().get('zone')).toBe(SHOP);
    await page.getByRole('button', { name: /^Zone: shop/ }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('zone-button');

    await page.getByRole('radio', { name: 'the last hour' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => hash().get('range')).toBe('6h');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => hash().get('range')).toBe('1h');
    await loaded();

    const chart = page.getByRole('slider');
    await chart.focus();
    await page.keyboard.press('Home');
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d – \d\d:\d\d: [\d,]+ requests from the edge, [\d,]+ from the origin$/);
    await page.keyboard.press('ArrowRight');
    expect(await chart.getAttribute('aria-valuenow')).toBe('1');
    // What is read stays when newer numbers come.
    const before = api.queries.length;
    await expect.poll(() => api.queries.length).toBeGreaterThan(before);
    await loaded();
    expect(await page.locator('.column').isVisible()).toBe(true);
    for (let i = 0; i < 9; i++) {
      await page.keyboard.press('Shift+ArrowRight');
    }
    await page.keyboard.press('Enter');
    await expect.poll(() => Number(hash().get('until')) - Number(hash().get('since'))).toBe(600);
    await loaded();
    await page.keyboard.press('Escape');
    await expect.poll(() => hash().has('since')).toBe(false);
  });

  test('many zones are all loaded and found by a part of their name', async () => {
    api.zones = Array.from({ length: 120 }, (_, i) => ({ id: zoneId(i + 1), name: `site-${i + 1}.example.com` }));
    await signIn('');
    expect(api.pages.slice(0, 4)).toEqual([1, 2, 3, 4]);
    await page.getByRole('button', { name: /^Zone: site-1\.example/ }).click();
    await page.getByRole('combobox').fill('SITE-117');
    expect(await page.getByRole('option').allTextContents()).toEqual(['site-117.example.com']);
    await page.getByRole('option').click();
    await page.getByRole('button', { name: /^Zone: site-117/ }).waitFor();
    await page.getByRole('button', { name: /^Zone:/ }).click();
    await page.getByRole('combobox').fill('nothing like it');
    expect(await page.getByText('No zone’s name contains “nothing like it”.').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('listbox').count()).toBe(0);
  });

  test('a zone made since is in the list when it is opened', async () => {
    await signIn();
    api.zones.push({ id: zoneId(4), name: 'newest.example.net' });
    await page.getByRole('button', { name: /^Zone:/ }).click();
    await page.getByRole('option', { name: 'newest.example.net' }).click();
    await page.getByRole('button', { name: /^Zone: newest/ }).waitFor();
    await loaded();
    expect(hash().get('zone')).toBe(zoneId(4));
  });

  test('without zones the page says how to make one', async () => {
    api.zones = [];
    await page.goto(api.url);
    await page.getByLabel('API token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.getByText('No zones yet').waitFor();
    expect(await page.getByText('./selvage up https://example.com').isVisible()).toBe(true);
  });

  test('a zone without requests says how to send one', async () => {
    await signIn(`#zone=${zoneId(3)}`);
    await page.getByTestId('no-traffic').waitFor();
    expect(await page.getByTestId('no-traffic').textContent()).toContain("curl -i -H 'Host: silent.example.org' http://127.0.0.1:8080/");
    expect(await page.getByTestId('dial-requests').getByRole('img').getAttribute('aria-label')).toContain('–');
  });

  test('while analytics catches up the page says so, keeps the numbers and goes on by itself', async () => {
    await signIn();
    await loaded();
    const requests = await exactly(total('requests'));
    api.mood = 'catching-up';
    const trouble = page.getByTestId('trouble');
    await expect.poll(() => trouble.count()).toBe(1);
    expect(await trouble.textContent()).toContain('Analytics is catching up');
    expect(await trouble.textContent()).toContain('analytics has read 61 % of its store');
    expect(await exactly(total('requests'))).toBeGreaterThanOrEqual(requests);
    api.mood = 'well';
    await expect.poll(() => trouble.count()).toBe(0);
  });

  test('an API that is gone is said to be gone, and found again when it is back', async () => {
    await signIn();
    await loaded();
    await api.stop();
    await expect.poll(() => page.getByTestId('trouble').textContent()).toContain('Selvage does not answer');
    expect(await exactly(total('requests'))).toBeGreaterThan(0);
    await stage.restart();
    await page.getByRole('button', { name: 'Ask again now' }).click();
    await expect.poll(() => page.getByTestId('trouble').count()).toBe(0);
  });

  test('an error of the API is shown in its words', async () => {
    api.mood = 'broken';
    await signIn();
    await expect.poll(() => page.getByTestId('trouble').textContent()).toContain('unknown field "originRequests"');
    api.mood = 'limited';
    await page.getByRole('button', { name: 'Ask again now' }).click();
    await expect.poll(() => page.getByTestId('trouble').textContent()).toContain('rate limiter budget depleted');
  });

  test('estimates are labelled as such', async () => {
    api.mood = 'estimated';
    await signIn();
    await loaded();
    expect(await page.locator('.foot').textContent()).toContain('estimated from 12.5\u202f% of the requests');
  });

  test('the numbers refresh by themselves until they are paused', async () => {
    await page.clock.install();
    await signIn();
    await loaded();
    const first = api.queries.length;
    const afterFiveSeconds = async (): Promise<number> => {
      await page.clock.fastForward(5_100);
      return api.queries.length;
    };
    // The timer starts when an answer has been read, which is a little after the stand-in gave it.
    await expect.poll(afterFiveSeconds).toBeGreaterThanOrEqual(first + 1);
    await expect.poll(afterFiveSeconds).toBeGreaterThanOrEqual(first + 2);
    await page.getByRole('button', { name: /Pause$/ }).click();
    await page.getByRole('button', { name: 'Paused. Refresh again' }).waitFor();
    await loaded();
    await page.evaluate(() => fetch('/favicon.svg').then((icon) => icon.text()));
    const last = api.queries.length;
    await page.clock.fastForward(60_000);
    await page.evaluate(() => fetch('/favicon.svg').then((icon) => icon.text()));
    expect(api.queries.length).toBe(last);
  });

  test('the query behind a panel is shown, and a terminal can ask it', async () => {
    await signIn();
    await loaded();
    await page.getByRole('button', { name: 'Show the query of countries' }).click();
    const box = page.getByRole('dialog', { name: 'The query of countries' });
    const [query, command] = await box.locator('code').allTextContents();
    expect(query).toContain('dimensions { clientCountryName }');
    expect(query).toContain(SHOP);
    expect(query).not.toContain('trend:');
    expect(command).toContain(`${api.url}client/v4/graphql`);
    expect(command).not.toContain(TOKEN);
    await box.getByRole('button', { name: 'Close' }).click();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('a word that counts is explained on focus, and Escape hides it', async () => {
    await signIn();
    await page.getByRole('button', { name: 'What is served by the edge?', exact: true }).focus();
    const tip = page.getByTestId('dial-requests').locator('[role=tooltip]');
    await expect.poll(() => tip.evaluate((one) => getComputedStyle(one).visibility)).toBe('visible');
    expect(await tip.textContent()).toContain('requests of visitors − requests to the origin, not below 0');
    await page.keyboard.press('Escape');
    await expect.poll(() => tip.evaluate((one) => getComputedStyle(one).visibility)).toBe('hidden');
  });

  test('the look follows the system until it is chosen, and the choice is kept', async () => {
    const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.goto(api.url);
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.getByRole('button', { name: 'Look: system. Change to light' }).click();
    expect(await ground()).toBe(light);
    await page.reload();
    expect(await ground()).toBe(light);
    await page.getByRole('button', { name: 'Look: light. Change to dark' }).click();
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await ground()).toBe(dark);
    await page.getByRole('button', { name: 'Look: dark. Change to system' }).click();
    expect(await ground()).toBe(light);
  });

  test('who wants less motion gets none', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await signIn();
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')].filter((one) => !/^0s(, 0s)*$/.test(getComputedStyle(one).transitionDuration)).length,
    );
    expect(moving).toBe(0);
  });

  test('a narrow screen needs no sideways scrolling', async () => {
    await open({ viewport: { width: 360, height: 740 }, hasTouch: true });
    await signIn();
    await loaded();
    const [wide, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(wide).toBeLessThanOrEqual(inner!);
    await page.getByRole('button', { name: /^Zone:/ }).click();
    const list = (await page.locator('.zone-list').boundingBox())!;
    expect(list.x).toBeGreaterThanOrEqual(0);
    expect(list.x + list.width).toBeLessThanOrEqual(360);
  });

  test.each(['light', 'dark'] as const)('no rule of accessibility is broken, %s', async (colorScheme) => {
    await open({ colorScheme, reducedMotion: 'reduce' });
    const check = async (where: string): Promise<void> => expect(await stage.violations(), where).toEqual([]);
    await page.goto(api.url);
    await page.getByLabel('API token').waitFor();
    await check('sign-in');
    await signIn();
    await loaded();
    await check('cockpit');
    await page.getByRole('button', { name: 'Show as a table' }).click();
    await check('table');
    await page.getByRole('button', { name: /^Zone:/ }).click();
    await check('zones');
    await page.keyboard.press('Escape');
    api.mood = 'catching-up';
    await page.getByRole('radio', { name: 'the last 6 hours' }).check({ force: true });
    await page.getByTestId('trouble').waitFor();
    await check('trouble');
  });

  test.runIf(process.env.SCREENSHOTS).each(['light', 'dark'] as const)('the pictures for the documents: %s', async (colorScheme) => {
    await open({ colorScheme, reducedMotion: 'reduce' });
    await signIn();
    await loaded();
    await page.evaluate(() => document.fonts.ready);
    await stage.picture(`dashboard-${colorScheme}`);
  });

  test('the API is described for anybody, found by words, and read by keyboard', async () => {
    await page.goto(`${api.url}help/api`);
    await page.getByRole('heading', { name: 'Selvage management API' }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Sections' }).getByRole('link').allTextContents()).toEqual(['Zones', 'DNS records']);
    expect(await page.getByRole('status').textContent()).toBe('4 operations');

    await page.getByLabel('Search').fill('1061');
    await expect.poll(() => page.getByRole('status').textContent()).toBe('1 operation');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const box = page.locator('#postZones');
    expect(await box.getAttribute('open')).not.toBeNull();
    expect(await box.getByText('Permission: Zone Write').isVisible()).toBe(true);
    expect(await box.getByRole('region', { name: 'Body' }).getByRole('row').allTextContents()).toContain('account.id requiredstringAn id.');
    expect(await box.getByText('curl -X POST').isVisible()).toBe(true);

    await page.getByLabel('Search').fill('import');
    await expect.poll(() => page.locator('#import .ours').textContent()).toBe('Selvage only');
  });

  test('the page of the API is reached from the cockpit, and reads well in both looks', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await open({ colorScheme });
      await signIn();
      await page.getByRole('link', { name: 'The API' }).click();
      await page.getByRole('heading', { name: 'Selvage management API' }).waitFor();
      await page.locator('#getZones summary').click();
      expect(await stage.violations()).toEqual([]);
    }
  });

  test('a description that does not come is asked for again', async () => {
    api.mood = 'broken';
    await page.goto(`${api.url}help/api`);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('Internal error');
    api.mood = 'well';
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Selvage management API' }).waitFor();
  });
});
